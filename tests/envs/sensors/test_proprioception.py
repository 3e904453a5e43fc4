"""Inertial unit, joints, and the error of localisation."""

import numpy as np

from patrolgym.envs.sensors.proprioception import ImuSensor, JointsSensor, PoseEstimator
from patrolgym.envs.types import FloatArray

from .moments import Robot, moment


def angle_deg(rotation: FloatArray) -> float:
    return float(np.degrees(np.arccos(np.clip((np.trace(rotation) - 1.0) / 2.0, -1.0, 1.0))))


def test_pose_errors_are_about_five_centimetres_and_one_degree() -> None:
    estimator = PoseEstimator(np.random.default_rng(0))
    distances, angles = [], []
    for _ in range(4000):
        estimator.advance(2.0)
        position, rotation = estimator(np.zeros(3), np.eye(3))
        distances.append(np.linalg.norm(position))
        angles.append(angle_deg(rotation))
        np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    assert 0.04 < np.sqrt(np.mean(np.square(distances))) < 0.06
    assert 0.8 < np.sqrt(np.mean(np.square(angles))) < 1.2


def test_pose_errors_wander_slowly() -> None:
    estimator = PoseEstimator(np.random.default_rng(0))
    track = []
    for _ in range(6000):
        estimator.advance(0.1)
        track.append(estimator(np.zeros(3), np.eye(3))[0][0])
    x = np.array(track)
    assert np.abs(np.diff(x)).max() < 0.03
    assert np.corrcoef(x[:-10], x[10:])[0, 1] > 0.8, "after a second"
    assert np.corrcoef(x[:-600], x[600:])[0, 1] < 0.5, "after a minute"


def test_the_estimate_is_independent_of_the_time_step() -> None:
    spreads = []
    for step_s in (0.02, 1.0):
        estimator = PoseEstimator(np.random.default_rng(2))
        values = []
        for _ in range(3000):
            estimator.advance(step_s * 20)
            values.append(estimator(np.zeros(3), np.eye(3))[0][0])
        spreads.append(np.std(values))
    assert abs(spreads[0] - spreads[1]) < 0.01


def test_camera_and_base_share_one_error() -> None:
    estimator = PoseEstimator(np.random.default_rng(1))
    base, _ = estimator(np.zeros(3), np.eye(3))
    camera, turned = estimator(np.array([0.3, 0.0, 1.0]), np.diag([1.0, -1.0, -1.0]))
    np.testing.assert_allclose(camera - base, [0.3, 0.0, 1.0])
    np.testing.assert_allclose(turned @ np.diag([1.0, -1.0, -1.0]), estimator(np.zeros(3), np.eye(3))[1], atol=1e-12)


def test_at_rest_the_unit_feels_gravity() -> None:
    roll = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])  # a quarter turn about x
    for rotation, up in ((np.eye(3), [0, 0, 9.81]), (roll, [0, 9.81, 0])):
        reading = ImuSensor().read(moment(robot=Robot(rotation=rotation)))["imu"]
        np.testing.assert_allclose(reading[:3], up, atol=0.4)
        np.testing.assert_allclose(reading[3:], 0.0, atol=0.05)


def test_the_unit_feels_acceleration_and_turning() -> None:
    sensor = ImuSensor()
    sensor.read(moment(0.0))
    moving = Robot(velocity_m_s=np.array([0.2, 0.0, 0.0]), angular_velocity_rad_s=np.array([0.0, 0.0, 0.7]))
    reading = sensor.read(moment(0.1, robot=moving))["imu"]
    np.testing.assert_allclose(reading[:3], [2.0, 0.0, 9.81], atol=0.4)
    np.testing.assert_allclose(reading[3:], [0.0, 0.0, 0.7], atol=0.05)


def test_a_reset_forgets_the_last_velocity() -> None:
    sensor = ImuSensor()
    sensor.read(moment(50.0, robot=Robot(velocity_m_s=np.array([5.0, 0.0, 0.0]))))
    sensor.reset(np.random.default_rng(0))
    assert abs(sensor.read(moment(0.0))["imu"][0]) < 0.4


def test_joints_are_angles_speeds_and_torques() -> None:
    robot = Robot(joint_dq=np.full(12, 3.0))
    reading = JointsSensor().read(moment(robot=robot))["joints"]
    np.testing.assert_allclose(reading[:12], np.linspace(-1.0, 1.0, 12), atol=0.01)
    np.testing.assert_allclose(reading[12:24], 3.0, atol=0.15)
    np.testing.assert_allclose(reading[24:], 20.0, atol=3.0)
    assert JointsSensor().spaces()["joints"].contains(reading)
