"""Recordings in other people's formats: opened with their own tools, whole and after a kill."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import av
import cv2
import numpy as np
import pyarrow.parquet as parquet
import pytest
from mcap.reader import make_reader
from mcap_protobuf.decoder import DecoderFactory
from pycocotools.coco import COCO

from patrolgym.errors import UserError
from patrolgym.recording.base import RECORDERS, chosen
from patrolgym.recording.lerobot import ACTION, THERMAL_C

from . import wander as script
from .wander import wander

NAMES = ("mcap", "lerobot", "coco")
SECONDS, KILLED_SECONDS = 15.0, 16.0
IMAGES = ("observation.images.rgb", "observation.images.thermal")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A folder that was recorded to the end, and the steps recorded."""
    out = tmp_path_factory.mktemp("whole")
    return out, wander(out, NAMES, SECONDS)


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """A folder whose recording was killed."""
    out = tmp_path_factory.mktemp("killed")
    command = [sys.executable, script.__file__, str(out), ",".join(NAMES), str(KILLED_SECONDS)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return out


def tool(name, *arguments):
    """Run a checker that is installed beside Python; its output and whether it is content."""
    path = shutil.which(name, path=str(Path(sys.executable).parent))
    if path is None:
        pytest.skip(f"{name} is not installed")
    done = subprocess.run([path, *map(str, arguments)], capture_output=True, text=True)
    return done.returncode == 0, done.stdout + done.stderr


def annotations(out, picture):
    return COCO(str(out / "coco" / "annotations" / f"instances_train_{picture}.json"))


def frames_in(path):
    with av.open(str(path)) as video:
        return [frame.to_ndarray(format="rgb24") for frame in video.decode(video=0)]


def video_of(out, feature):
    return out / "lerobot" / "videos" / feature / "chunk-000" / "file-000.mp4"


def rows_of(out):
    return parquet.read_table(out / "lerobot" / "data" / "chunk-000" / "file-000.parquet")


# MCAP


def test_mcap_passes_its_doctor(whole):
    content, said = tool("pymcap-cli", "doctor", whole[0] / "patrol.mcap")
    assert content, said


def test_mcap_holds_every_topic_of_the_layout_at_its_rate(whole):
    out, steps = whole
    with (out / "patrol.mcap").open("rb") as file:
        summary = make_reader(file).get_summary()
    count = {c.topic: summary.statistics.channel_message_counts[n] for n, c in summary.channels.items()}
    assert count["/camera/rgb"] == count["/camera/thermal"] == sum(frame is not None for *_, frame in steps)
    assert count["/tf"] == pytest.approx(5 * SECONDS, abs=1)
    assert count["/lidar"] == pytest.approx(SECONDS, abs=1)
    layout = (out / "foxglove_layout.json").read_text()
    late = {"/scene/reports", "/log"}  # the robot here says nothing
    for topic in json.loads(layout)["configById"]["3D!patrol"]["topics"]:
        assert topic in count or topic in late
    for topic in ("/gas", "/thermal", "/status", "/camera/detections"):
        assert topic in count
        assert topic in layout


def test_mcap_messages_say_what_happened(whole):
    out, steps = whole
    with (out / "patrol.mcap").open("rb") as file:
        decoded = list(make_reader(file, decoder_factories=[DecoderFactory()]).iter_decoded_messages(["/camera/rgb"]))
        file.seek(0)
        scene = list(make_reader(file, decoder_factories=[DecoderFactory()]).iter_decoded_messages(["/scene/site"]))
    first = next(frame for *_, frame in steps if frame is not None)
    picture = cv2.cvtColor(cv2.imdecode(np.frombuffer(decoded[0][3].data, np.uint8), 1), cv2.COLOR_BGR2RGB)
    assert np.abs(picture.astype(int) - first.rgb).mean() < 8
    assert sum(len(shape.indices) for shape in scene[0][3].entities[0].triangles) > 3000


def test_mcap_is_small(whole):
    # The site itself is written once: it counts once.
    with (whole[0] / "patrol.mcap").open("rb") as file:
        fixed = sum(len(m.data) for _, _, m in make_reader(file).iter_messages(["/scene/site", "/scene/robot"]))
    assert (whole[0] / "patrol.mcap").stat().st_size - 0.2 * fixed < 3e6 * SECONDS / 60.0 + 0.2 * fixed


def test_a_killed_mcap_is_whole_up_to_its_last_seconds(killed):
    with (killed / "patrol.mcap").open("rb") as file:
        times = [message.log_time / 1e9 for _, _, message in make_reader(file).iter_messages(["/camera/rgb"])]
    assert times[-1] > KILLED_SECONDS - 2.6
    assert len(times) >= 2 * (KILLED_SECONDS - 3.0)
    content, said = tool("pymcap-cli", "doctor", killed / "patrol.mcap")
    assert content, said


# LeRobot


def test_lerobot_passes_its_doctor(whole):
    content, said = tool("lerobot-doctor", "check", whole[0] / "lerobot")
    assert content, said


def test_lerobot_rows_are_what_the_agent_saw_and_then_did(whole):
    out, steps = whole
    table = rows_of(out)
    assert len(table) == len(steps) - 1
    states, actions = (np.stack(table.column(name).to_numpy()) for name in ("observation.state", "action"))
    for row, (before, action, _) in enumerate(steps[1:]):
        np.testing.assert_array_equal(states[row, :6], before["pose"])
        np.testing.assert_array_equal(actions[row], action)
    info = json.loads((out / "lerobot" / "meta" / "info.json").read_text())
    assert info["features"]["observation.state"]["shape"] == [states.shape[1]]
    assert tuple(info["features"]["action"]["names"]) == ACTION
    assert info["splits"] == {"train": "0:1"}


def test_lerobot_videos_show_what_the_agent_saw(whole):
    out, steps = whole
    colour, heat = (frames_in(video_of(out, feature)) for feature in IMAGES)
    assert len(colour) == len(heat) == len(steps) - 1
    low, high = THERMAL_C
    for row in range(0, len(colour), 7):
        before = steps[row + 1][0]
        assert np.abs(colour[row].astype(int) - before["rgb"]).mean() < 6
        shown = low + heat[row][..., 0] / 255.0 * (high - low)
        assert np.abs(shown - np.clip(before["thermal"], low, high)).mean() < 1.5


def test_lerobot_loads_it(whole):
    module = pytest.importorskip("lerobot.datasets.lerobot_dataset")
    dataset = module.LeRobotDataset("local/patrol", root=whole[0] / "lerobot")
    assert len(dataset) == len(whole[1]) - 1
    assert dataset[5]["observation.images.rgb"].shape == (3, 240, 320)


def test_a_killed_lerobot_recording_is_whole_in_itself(killed):
    table = rows_of(killed)
    assert len(table) >= 10 * (KILLED_SECONDS - 12.0)
    for feature in IMAGES:
        assert len(frames_in(video_of(killed, feature))) >= len(table)
    info = json.loads((killed / "lerobot" / "meta" / "info.json").read_text())
    assert info["total_frames"] == len(table)
    content, said = tool("lerobot-doctor", "check", killed / "lerobot")
    assert content, said


# COCO


@pytest.mark.parametrize("picture", ["rgb", "thermal"])
def test_coco_loads_with_tight_boxes_and_right_masks(whole, picture):
    out, steps = whole
    coco = annotations(out, picture)
    assert len(coco.imgs) == sum(frame is not None for *_, frame in steps)
    assert len(coco.anns) > 20
    for annotation in coco.anns.values():
        mask = coco.annToMask(annotation)
        rows, columns = np.nonzero(mask)
        x, y, width, height = annotation["bbox"]
        assert (columns.min(), rows.min()) == (x, y)
        assert (np.ptp(columns) + 1, np.ptp(rows) + 1) == (width, height)
        assert mask.sum() == annotation["area"]
    assert {category["supercategory"] for category in coco.cats.values()} == {"anomaly", "equipment", "person"}


def test_coco_pictures_are_those_that_were_taken(whole):
    out, steps = whole
    taken = [frame for *_, frame in steps if frame is not None]
    for image, frame in zip(annotations(out, "rgb").imgs.values(), taken, strict=True):
        picture = cv2.cvtColor(cv2.imread(str(out / image["file_name"])), cv2.COLOR_BGR2RGB)
        assert np.abs(picture.astype(int) - frame.rgb).mean() < 5
    for image, frame in zip(annotations(out, "thermal").imgs.values(), taken, strict=True):
        level = cv2.imread(str(out / image["file_name"]), cv2.IMREAD_UNCHANGED) / 255.0
        shown = image["black_c"] + level * (image["white_c"] - image["black_c"])
        assert np.abs(shown - np.minimum(frame.thermal_c, image["white_c"])).mean() < 0.03 * (
            image["white_c"] - image["black_c"]
        )


@pytest.mark.parametrize("picture", ["rgb", "thermal"])
def test_a_killed_coco_recording_loads(killed, picture):
    coco = annotations(killed, picture)
    assert len(coco.imgs) >= 2 * (KILLED_SECONDS - 7.0)
    assert all((killed / image["file_name"]).exists() for image in coco.imgs.values())
    assert {annotation["image_id"] for annotation in coco.anns.values()} <= set(coco.imgs)


# All


def test_recording_again_leaves_nothing_of_the_last_time(whole, tmp_path):
    out = tmp_path / "again"
    shutil.copytree(whole[0], out)
    steps = wander(out, NAMES, 3.0)
    pictures = sum(frame is not None for *_, frame in steps)
    assert len(list(out.glob("coco/images/rgb/*.jpg"))) == len(annotations(out, "rgb").imgs) == pictures
    assert len(rows_of(out)) == len(steps) - 1
    assert not list(out.rglob(".*"))


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_library_is_named_with_its_cure(name, tmp_path, monkeypatch):
    for module in ("mcap.writer", "pyarrow.parquet", "pycocotools.mask"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UserError, match=r"pip install 'patrolgym\[dataset\]'"):
        RECORDERS[name](tmp_path)


def test_chosen_names_are_known_ones_each_once():
    assert chosen("mcap, coco,mcap") == ("mcap", "coco")
    assert chosen("") == ()
    with pytest.raises(UserError, match=r"'bag'.*coco, lerobot, mcap"):
        chosen("mcap,bag")
