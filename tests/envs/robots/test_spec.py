"""Robot files: each loads, and a broken one gives one clear error."""

from pathlib import Path

import numpy as np
import pytest

from patrolgym.envs.robots import Quadruped, list_robots, load_robot
from patrolgym.envs.robots.spec import read_robot
from patrolgym.envs.types import ExRating
from patrolgym.envs.world.physics import Physics

EXQUAD = (Path(str(load_robot("exquad").urdf_path)).parent.parent / "exquad.yaml").read_text()


@pytest.mark.parametrize("name", list_robots())
def test_every_robot_loads_and_stands(name: str) -> None:
    spec, physics = load_robot(name), Physics()
    physics.add_plane()
    robot = Quadruped(spec, physics)
    robot.spawn(1.0, -2.0, 0.7)
    robot.advance(1.0)
    state = robot.state
    assert state.foot_contact.all()
    assert np.abs(state.position_m - [1.0, -2.0, spec.gait.stand_height_m]).max() < 0.02
    assert not robot.body_contacts()
    physics.close()


def test_exquad_is_what_the_data_sheet_says() -> None:
    spec, physics = load_robot("exquad"), Physics()
    robot = Quadruped(spec, physics)
    robot.spawn(0.0, 0.0, 0.0)
    assert sum(link.mass_kg for link in physics.link_masses(robot.body)) == pytest.approx(110.0)
    assert spec.rating == ExRating("Gb", "IIB", "T4")
    physics.close()


def test_an_unknown_robot_lists_the_valid_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown robot 'spot'.*a1.*exquad"):
        load_robot("spot")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("radius_m: 0.68", "radius: 0.68", "unknown entry 'radius'"),
        ("  duty: 0.6", "  duty: high", "duty must be a float"),
        ("  duty: 0.6", "  duty: 0.2", r"gait\.duty must be within 0\.5\.\.0\.9"),
        ("  thigh_m: 0.38\n", "", "missing thigh_m"),
        ("size_m: [1.2, 0.6, 1.1]", "size_m: [1.2, 0.6]", "size_m must be a list of 3"),
        ("urdf: exquad/exquad.urdf", "urdf: exquad/none.urdf", r"none\.urdf"),
        ("name: exquad", "name: [exquad", "cannot read robot file"),
    ],
)
def test_a_broken_file_is_one_clear_error(tmp_path: Path, old: str, new: str, named: str) -> None:
    assert old in EXQUAD
    path = tmp_path / "broken.yaml"
    path.write_text(EXQUAD.replace(old, new))
    with pytest.raises(ValueError, match=named) as caught:
        read_robot(path)
    assert "broken.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_joint_that_the_urdf_lacks_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(EXQUAD.replace("[FL_hip, FL_thigh", "[FL_hop, FL_thigh"))
    physics = Physics()
    with pytest.raises(ValueError, match=r"no joint 'FL_hop'.*FL_hip"):
        Quadruped(read_robot(path), physics).spawn(0.0, 0.0, 0.0)
    physics.close()
