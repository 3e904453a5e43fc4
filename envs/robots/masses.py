"""Mass properties of a robot, taken from its links in the physics world."""

import numpy as np

from patrolgym.envs.types import FloatArray

from ..world.physics import GRAVITY_M_S2, Physics
from .body import BodyModel
from .kinematics import LegKinematics


def weigh(
    physics: Physics, body: int, kinematics: LegKinematics, stand: FloatArray, legs: list[int], neck: list[int]
) -> BodyModel:
    """Add up the links of `body`, which stands with a level trunk at canonical angles `stand` (4, 3).

    Args:
        physics: the world.
        body: the robot in it.
        kinematics: its legs.
        stand: the angles it has now.
        legs: 12 joint indices, leg by leg.
        neck: joint indices of the head, if any.
    """
    masses = physics.link_masses(body)
    position, rotation = physics.base_state(body)[:2]
    offset, base_turn = physics.base_inertial(body)
    turn = np.array(rotation).reshape(3, 3) @ base_turn.T
    origin = np.array(position) - turn @ offset
    centres = np.array([(link.centre_m - origin) @ turn for link in masses])
    inertias = [turn.T @ link.inertia @ turn for link in masses]
    weights = np.array([link.mass_kg for link in masses])
    centre = weights @ centres / weights.sum()
    whole = np.zeros((3, 3))
    for mass, place, inertia in zip(weights, centres, inertias, strict=True):
        arm = place - centre
        whole += inertia + mass * (arm @ arm * np.eye(3) - np.outer(arm, arm))
    parents = [joint.parent for joint in physics.joints(body)]
    leg_inertia, leg_weight = np.zeros((4, 3, 3)), np.zeros((4, 3))
    for leg in range(4):
        chain = legs[3 * leg : 3 * leg + 3]
        pivots, axes = _joint_axes(kinematics, stand, leg)
        for link in range(len(parents)):
            moved = _moved_by(link, chain, parents)
            if not moved.any():
                continue
            spin = axes * moved[:, None]
            slide = np.cross(spin, centres[link + 1] - pivots)
            leg_inertia[leg] += weights[link + 1] * slide @ slide.T + spin @ inertias[link + 1] @ spin.T
            leg_weight[leg] += weights[link + 1] * GRAVITY_M_S2 * slide[:, 2]
    head = sum(float(np.trace(inertias[joint + 1])) / 3.0 for joint in neck)
    return BodyModel(float(weights.sum()), centre, whole, leg_inertia, leg_weight, head)


def _joint_axes(kinematics: LegKinematics, stand: FloatArray, leg: int) -> tuple[FloatArray, FloatArray]:
    """Points (3, 3) on the abduction, thigh and knee axes, and the axes (3, 3), base link frame, abduction at zero."""
    hip = kinematics.hips_m[leg]
    thigh = hip + np.array([0.0, kinematics.offset_m[leg], 0.0])
    angle = stand[leg, 1]
    knee = thigh - kinematics.thigh_m * np.array([np.sin(angle), 0.0, np.cos(angle)])
    return np.array([hip, thigh, knee]), np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0]])


def _moved_by(link: int, chain: list[int], parents: list[int]) -> FloatArray:
    """(3,) 1 for each joint of `chain` that carries `link`."""
    moved = np.zeros(3)
    while link >= 0:
        if link in chain:
            moved[chain.index(link)] = 1.0
        link = parents[link]
    return moved
