"""Robot files: each loads, and a broken one gives one clear error."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from patrolgym.envs.robots import Quadruped, list_robots, load_robot
from patrolgym.envs.robots.trial import check_stands
from patrolgym.envs.types import ExRating
from patrolgym.envs.world.physics import Physics

EXQUAD = load_robot("exquad").urdf_path.parent.parent / "exquad.yaml"


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


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A robot of one's own: `rex.yaml` beside `rex.urdf`, for tests to break."""
    shutil.copy(EXQUAD.parent / "exquad/exquad.urdf", tmp_path / "rex.urdf")
    text = EXQUAD.read_text().replace("urdf: exquad/exquad.urdf\n", "").replace("name: exquad", "name: rex")
    (tmp_path / "rex.yaml").write_text(text)
    return tmp_path


def broken(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("file", ["rex.urdf", "rex.yaml"])
def test_a_robot_of_ones_own_loads_by_either_file(own: Path, file: str) -> None:
    spec, shipped = load_robot(str(own / file)), load_robot("exquad")
    assert spec.motion is None
    assert replace(spec, name="exquad", urdf=shipped.urdf, motion=shipped.motion) == shipped
    assert spec.urdf_path == own / "rex.urdf"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("radius_m: 0.68", "radius: 0.68", r"rex\.yaml:\d+: radius: unknown entry 'radius'; did you mean 'radius_m'"),
        ("  duty: 0.6", "  duty: high", r"gait\.duty: must be a number, got 'high'"),
        ("control_hz: 100", "control_hz: 300", r"gait\.control_hz: must divide 400 Hz, got 300"),
        ("physics_hz: 400", "physics_hz: 410", r"gait\.physics_hz: must be a multiple of 50 Hz, got 410"),
        ("  duty: 0.6", "  duty: 0.2", r"gait\.duty: must be within 0\.5\.\.0\.9"),
        ("  thigh_m: 0.38\n", "", r"legs: missing thigh_m"),
        ("  thigh_m: 0.38\n", "  thigh_m: 0.48\n", r"legs: .*the front_left knee at .*0\.100 m off"),
        ("  thigh_m: 0.38\n", "  thigh_m: .nan\n", r"thigh_m: must be a number, got '\.nan'"),
        ("size_m: [1.2, 0.6, 1.1]", "size_m: [1.2, 0.6]", r"size_m: must be a list of 3"),
        ("name: rex", "name: rex\nurdf: none.urdf", r"urdf: there is no URDF file .*none\.urdf"),
        ("name: rex", "name: [rex", r"rex\.yaml:\d+: not valid YAML"),
        ("name: rex", "name: &n rex\nurdf: *n", "aliases"),
        ("epl: Gb", "epl: Gx", r"rating\.epl: 'Gx' is unknown.*Ga, Gb, Gc"),
        ("[FL_hip, FL_thigh", "[FL_hop, FL_thigh", r"legs\.joints\[0\]\[0\]: no joint 'FL_hop'.*did you mean 'FL_hip'"),
        ("[FL_hip, FL_thigh", "[FL_hip, FL_hip", r"joint 'FL_hip' is named twice"),
    ],
)
def test_a_broken_record_is_one_clear_error(own: Path, old: str, new: str, named: str) -> None:
    broken(own / "rex.yaml", old, new)
    with pytest.raises(ValueError, match=named) as caught:
        load_robot(str(own / "rex.urdf"))
    assert "rex.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_robot_that_cannot_carry_itself_is_told_of(own: Path) -> None:
    check_stands(load_robot(str(own / "rex.yaml")))
    broken(own / "rex.yaml", "torque_limit_nm: 320", "torque_limit_nm: 10")
    with pytest.raises(ValueError, match=r"'rex' does not stand: .*torque_limit_nm"):
        check_stands(load_robot(str(own / "rex.yaml")))


def test_a_urdf_without_a_record_says_what_is_missing(own: Path) -> None:
    (own / "rex.yaml").unlink()
    with pytest.raises(ValueError, match=r"rex\.yaml beside it"):
        load_robot(str(own / "rex.urdf"))
    with pytest.raises(ValueError, match="there is no URDF file"):
        load_robot(str(own / "max.urdf"))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("</robot>", "", r"rex\.urdf:\d+: not valid XML"),
        ("<robot name", "<model/><robot name", "not valid XML"),
        (
            '<mass value="',
            '<mass value="nan" old="',
            r"rex\.urdf:\d+: the mass of link '\w+' must be within 0\.\.10000",
        ),
        ('<mass value="', '<mass value="-', "the mass of link"),
        ('<mass value="', '<mess value="', "has no <inertial> with a <mass>"),
        ('ixx="', 'ixx="9', "no body has the principal moments"),
        ('ixx="', 'ixx="inf" old="', "ixx of <inertia> must be a finite number, got 'inf'"),
        ('type="revolute"', 'type="hinge"', r"has type 'hinge'; .*revolute"),
        ('<child link="', '<child link="no_', "which is no link of the file"),
        ("<visual>", '<visual><geometry><mesh filename="gone.obj"/></geometry></visual><visual>', "there is no mesh"),
        ("<visual>", '<visual><geometry><mesh filename="a.zip"/></geometry></visual><visual>', r"\.obj or \.stl"),
        ("<visual>", '<visual><geometry><mesh filename="/etc/x.obj"/></geometry></visual><visual>', "from the URDF's"),
        ("<visual>", '<visual><geometry><mesh filename="../../x.obj"/></geometry></visual><visual>', "lies outside"),
    ],
)
def test_a_broken_urdf_is_one_clear_error(own: Path, old: str, new: str, named: str) -> None:
    broken(own / "rex.urdf", old, new)
    with pytest.raises(ValueError, match=named) as caught:
        load_robot(str(own / "rex.urdf"))
    assert "rex.urdf" in str(caught.value)
    assert "\n" not in str(caught.value)
