"""One wrapper over PyBullet: it owns the client, and no other module imports pybullet."""

import math
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pybullet as bullet
import pybullet_data

from patrolgym.envs.types import ByteArray, FloatArray, IntArray, Point

GRAVITY_M_S2 = 9.81
# PyBullet's shared-memory upload refuses about 524,288 indices or 131,072 vertices (found by trial, 3.2.7).
_MOST_TRIANGLES, _MOST_VERTICES = 150_000, 120_000
# PyBullet returns silently wrong answers for a batch of exactly 16,384 rays; 8,192 is safe.
_RAY_BATCH = 8192
# Bullet's collision group of bodies without mass.
_STATIC = 2


class Contact(NamedTuple):
    """A contact point: where (world, metres), with which body, on which of our links, pressed how hard."""

    position_m: tuple[float, float, float]
    other: int
    link: int
    normal: tuple[float, float, float]
    force_n: float


class Overlap(NamedTuple):
    """Two bodies run into each other: where on the other (world, metres), which, its normal towards ours, how deep."""

    position_m: Point
    other: int
    normal: Point
    depth_m: float


class Joint(NamedTuple):
    """A joint as the URDF gives it. `number` is also that of the child link; `parent` is -1 for the base."""

    name: str
    number: int
    parent: int
    movable: bool
    lower_rad: float
    upper_rad: float
    effort_nm: float


class LinkMass(NamedTuple):
    """Mass of one link, its centre (3,) and inertia (3, 3), both in world axes."""

    mass_kg: float
    centre_m: FloatArray
    inertia: FloatArray


@dataclass(frozen=True)
class ReferenceImage:
    """What PyBullet's TinyRenderer sees: depth (h, w) metres along the axis, body ids (h, w), RGB (h, w, 3)."""

    depth_m: FloatArray
    body: IntArray
    rgb: ByteArray


def data_path() -> Path:
    """Folder of the robots and objects that come with pybullet_data."""
    return Path(pybullet_data.getDataPath())


class _Loan:
    """The lists in which meshes are handed to PyBullet.

    It never lets go of the lists it was given, nor of the rows in them (3.2.7), which cost 6 MB a site. So it is given
    the same ones every time.

    Attributes:
        vertices: rows of three numbers.
        indices: three a triangle.
    """

    def __init__(self) -> None:
        self.vertices: list[list[float]] = []
        self.indices: list[int] = []
        self._rows: list[list[float]] = []

    def fill(self, vertices: FloatArray, indices: IntArray) -> None:
        """Put in vertices (n, 3) and the indices of triangles."""
        self._rows += [[] for _ in range(len(vertices) - len(self._rows))]
        self.vertices[:] = self._rows[: len(vertices)]
        for row, place in zip(self.vertices, vertices.tolist(), strict=True):
            row[:] = place
        self.indices[:] = indices.ravel().tolist()


_LOAN = _Loan()


class Physics:
    """A rigid-body world in one DIRECT client. Make it in the process that uses it.

    Args:
        timestep_s: length of one physics step.
        solver_iterations: iterations of the contact solver a step.
    """

    def __init__(self, timestep_s: float = 0.002, solver_iterations: int = 50) -> None:
        if not 0.0 < timestep_s <= 0.01:
            raise ValueError(f"timestep_s must be within 0..0.01, got {timestep_s!r}")
        if solver_iterations < 1:
            raise ValueError(f"solver_iterations must be at least 1, got {solver_iterations!r}")
        self.timestep_s = timestep_s
        self._solver_iterations = solver_iterations
        self._client: int = bullet.connect(bullet.DIRECT)
        self._leave = weakref.finalize(self, bullet.disconnect, physicsClientId=self._client)
        self._alias: dict[int, int] = {}
        self._shapes: dict[tuple[Any, ...], int] = {}
        self.reset()

    def reset(self) -> None:
        """Empty the world. All parameters are applied again, because PyBullet forgets them."""
        bullet.resetSimulation(physicsClientId=self._client)
        bullet.setGravity(0.0, 0.0, -GRAVITY_M_S2, physicsClientId=self._client)
        bullet.setPhysicsEngineParameter(
            fixedTimeStep=self.timestep_s,
            numSubSteps=0,
            numSolverIterations=self._solver_iterations,
            deterministicOverlappingPairs=1,
            enableFileCaching=0,
            physicsClientId=self._client,
        )
        self._alias.clear()
        self._shapes.clear()
        self._count, self._floor = 1, -1

    def close(self) -> None:
        """Disconnect; a second call does nothing. A world that nobody holds any more is closed by itself."""
        self._leave()
        self._client = -1

    def step(self, count: int = 1) -> None:
        """Advance by `count` steps of `timestep_s`; torques, pushes and joint damping stay as they are at the first."""
        if count != self._count:
            # One call that makes many steps inside costs less than as many calls.
            bullet.setPhysicsEngineParameter(
                fixedTimeStep=count * self.timestep_s,
                numSubSteps=count if count > 1 else 0,
                physicsClientId=self._client,
            )
            self._count = count
        bullet.stepSimulation(physicsClientId=self._client)

    # Bodies

    def add_plane(self, friction: float = 1.0) -> int:
        """An endless floor at z = 0; returns its body id."""
        shape = bullet.createCollisionShape(bullet.GEOM_PLANE, physicsClientId=self._client)
        self._floor = self._static(shape, friction)
        return self._floor

    def add_static_mesh(self, vertices: FloatArray, faces: IntArray, friction: float = 1.0) -> int:
        """A fixed triangle mesh, one body however large it is.

        Args:
            vertices: (n, 3) metres, world frame.
            faces: (m, 3) indices into `vertices`.
            friction: multiplied by PyBullet with that of whatever touches it.
        """
        vertices, faces = np.asarray(vertices, dtype=float), np.asarray(faces)
        if vertices.ndim != 2 or vertices.shape[1] != 3 or not np.isfinite(vertices).all():
            raise ValueError(f"vertices must be finite with shape (n, 3), got shape {vertices.shape}")
        if faces.ndim != 2 or faces.shape[1] != 3 or len(faces) == 0:
            raise ValueError(f"faces must have shape (m, 3) with m > 0, got {faces.shape}")
        if faces.min() < 0 or faces.max() >= len(vertices):
            raise ValueError(f"faces must index the {len(vertices)} vertices, got {faces.min()}..{faces.max()}")
        # Chunks are strips along the longer side of the ground plan, so that their bounding boxes hardly overlap.
        centres = vertices[faces].mean(axis=1)
        axis = int(np.ptp(centres[:, 1]) > np.ptp(centres[:, 0]))
        ordered = faces[np.argsort(centres[:, axis], kind="stable")]
        bodies = [self._static(self._mesh(vertices, part), friction) for part in _chunks(ordered)]
        self._alias.update(dict.fromkeys(bodies[1:], bodies[0]))
        return bodies[0]

    def add_object(self, vertices: FloatArray, faces: IntArray) -> int:
        """One fixed convex object as PyBullet makes it by default, seen by `render_reference`; for comparisons."""
        shape = {"vertices": vertices.tolist(), "physicsClientId": self._client}
        hull: int = bullet.createCollisionShape(bullet.GEOM_MESH, **shape)
        skin: int = bullet.createVisualShape(bullet.GEOM_MESH, indices=faces.ravel().tolist(), **shape)
        return self._static(hull, friction=1.0, visual=skin)

    def load_urdf(
        self,
        path: Path | str,
        position: FloatArray,
        quaternion: FloatArray,
        fixed: bool = False,
        inertia_from_file: bool = True,
        visible: bool = True,
    ) -> int:
        """Load a URDF; returns the body id.

        Args:
            path: the file.
            position: (3,) of the base link frame, world.
            quaternion: (4,) xyzw of it.
            fixed: whether the base cannot move.
            inertia_from_file: take the inertia tensors of the file, not ones worked out from the collision shapes.
            visible: load what `render_reference` shows of it; that takes twenty times as long as all the rest.

        Raises:
            ValueError: the file is missing or PyBullet cannot read it.
        """
        if not Path(path).is_file():
            raise ValueError(f"no URDF file at {path}")
        flags = bullet.URDF_USE_INERTIA_FROM_FILE if inertia_from_file else 0
        try:
            body: int = bullet.loadURDF(
                str(path),
                list(position),
                list(quaternion),
                useFixedBase=fixed,
                flags=flags if visible else flags | bullet.URDF_IGNORE_VISUAL_SHAPES,
                physicsClientId=self._client,
            )
        except bullet.error as error:
            raise ValueError(f"PyBullet cannot read the URDF {path}: {error}") from None
        return body

    def add_mover(self, radius_m: float, height_m: float) -> int:
        """A solid upright cylinder moved from outside (a person), standing at the origin."""
        shape = self._shape(
            bullet.GEOM_CYLINDER, radius=radius_m, height=height_m, collisionFramePosition=(0.0, 0.0, height_m / 2)
        )
        return self._static(shape, friction=0.5)

    def add_moving_box(self, low_m: FloatArray, high_m: FloatArray) -> int:
        """A solid box moved from outside (a vehicle, a link of an arm) with corners (3,) in its own frame."""
        half = tuple((0.5 * (np.asarray(high_m) - low_m)).tolist())
        middle = tuple((0.5 * (np.asarray(high_m) + low_m)).tolist())
        return self._static(self._shape(bullet.GEOM_BOX, halfExtents=half, collisionFramePosition=middle), friction=0.5)

    def move(self, body: int, position: FloatArray, yaw_rad: float) -> None:
        """Put a mover's foot point at `position` (3,), turned by `yaw_rad`."""
        quaternion = [0.0, 0.0, math.sin(yaw_rad / 2), math.cos(yaw_rad / 2)]
        bullet.resetBasePositionAndOrientation(body, list(position), quaternion, physicsClientId=self._client)

    def glide(
        self, body: int, position: FloatArray, rotation: FloatArray, velocity_m_s: FloatArray, spin_rad_s: FloatArray
    ) -> None:
        """Put a mover at a position (3,) and rotation (3, 3), from where every step carries it on with its velocity.

        Nothing that it meets holds it up. PyBullet (3.2.7) moves a body without mass by the velocity it is given, and
        what it touches is pushed along instead of being thrown out of an overlap.
        """
        quaternion = _quaternion(rotation)
        bullet.resetBasePositionAndOrientation(body, position.tolist(), quaternion, physicsClientId=self._client)
        bullet.resetBaseVelocity(body, velocity_m_s.tolist(), spin_rad_s.tolist(), physicsClientId=self._client)

    def place(self, body: int, position: FloatArray, quaternion: tuple[float, float, float, float]) -> None:
        """Put the inertial frame of a body's base at a pose (xyzw), at rest."""
        bullet.resetBasePositionAndOrientation(body, position.tolist(), quaternion, physicsClientId=self._client)

    def remove(self, body: int) -> None:
        """Take a body out of the world."""
        bullet.removeBody(body, physicsClientId=self._client)

    def _shape(self, form: int, **sizes: Any) -> int:
        """A collision shape, the same for the same sizes: bodies come and go, their shapes stay."""
        key = (form, *sizes.values())
        if key not in self._shapes:
            self._shapes[key] = bullet.createCollisionShape(form, physicsClientId=self._client, **sizes)
        return self._shapes[key]

    def _static(self, shape: int, friction: float, visual: int = -1) -> int:
        body: int = bullet.createMultiBody(0.0, shape, visual, physicsClientId=self._client)
        bullet.changeDynamics(body, -1, lateralFriction=friction, physicsClientId=self._client)
        return body

    def _mesh(self, vertices: FloatArray, faces: IntArray) -> int:
        used, indices = np.unique(faces, return_inverse=True)
        _LOAN.fill(vertices[used], indices)
        shape: int = bullet.createCollisionShape(
            bullet.GEOM_MESH,
            vertices=_LOAN.vertices,
            indices=_LOAN.indices,
            flags=bullet.GEOM_FORCE_CONCAVE_TRIMESH,
            physicsClientId=self._client,
        )
        return shape

    # Articulated bodies

    def joints(self, body: int) -> list[Joint]:
        """Every joint of `body`, in PyBullet's order."""
        result = []
        for index in range(bullet.getNumJoints(body, physicsClientId=self._client)):
            info = bullet.getJointInfo(body, index, physicsClientId=self._client)
            movable = info[2] in (bullet.JOINT_REVOLUTE, bullet.JOINT_PRISMATIC)
            result.append(Joint(info[1].decode(), index, info[16], movable, info[8], info[9], info[10]))
        return result

    def link_names(self, body: int) -> list[str]:
        """Names of the base and of every child link, in joint order."""
        base: str = bullet.getBodyInfo(body, physicsClientId=self._client)[0].decode()
        count = bullet.getNumJoints(body, physicsClientId=self._client)
        infos = [bullet.getJointInfo(body, index, physicsClientId=self._client) for index in range(count)]
        return [base, *(info[12].decode() for info in infos)]

    def free_joints(self, body: int, joints: list[int]) -> None:
        """Switch off the velocity motors that PyBullet gives every joint, so that torques act alone."""
        bullet.setJointMotorControlArray(
            body, joints, bullet.VELOCITY_CONTROL, forces=[0.0] * len(joints), physicsClientId=self._client
        )

    def set_contact(self, body: int, friction: float) -> None:
        """Set the sliding friction of all links of `body`; switch off rolling friction and PyBullet's air drag."""
        bullet.changeDynamics(body, -1, linearDamping=0.0, angularDamping=0.0, physicsClientId=self._client)
        # A call that names a damping as well sets the base's friction, whatever link it names (3.2.7).
        for link in range(-1, bullet.getNumJoints(body, physicsClientId=self._client)):
            bullet.changeDynamics(
                body,
                link,
                lateralFriction=friction,
                spinningFriction=0.0,
                rollingFriction=0.0,
                physicsClientId=self._client,
            )

    def scale_mass(self, body: int, link: int, factor: float) -> None:
        """Make a link (-1: the base) heavier or lighter with its shape as it is: mass and inertia times `factor`."""
        info = bullet.getDynamicsInfo(body, link, physicsClientId=self._client)
        bullet.changeDynamics(
            body,
            link,
            mass=factor * info[0],
            localInertiaDiagonal=[factor * value for value in info[2]],
            physicsClientId=self._client,
        )

    def set_joint(self, body: int, joint: int, angle_rad: float) -> None:
        """Teleport one joint to an angle, at rest."""
        bullet.resetJointState(body, joint, angle_rad, 0.0, physicsClientId=self._client)

    def set_torques(self, body: int, joints: list[int], torques_nm: list[float]) -> None:
        """Torques for the next call of `step` only; PyBullet forgets them afterwards."""
        bullet.setJointMotorControlArray(
            body, joints, bullet.TORQUE_CONTROL, forces=torques_nm, physicsClientId=self._client
        )

    def joint_states(self, body: int, joints: list[int]) -> tuple[list[float], list[float]]:
        """Angles and speeds of `joints` (rad, rad/s), in their order."""
        states = bullet.getJointStates(body, joints, physicsClientId=self._client)
        return [state[0] for state in states], [state[1] for state in states]

    def base_state(self, body: int) -> tuple[tuple[float, ...], ...]:
        """Base inertial frame: position (3), rotation to world (9, row major), velocity (3), angular velocity (3)."""
        position, quaternion = bullet.getBasePositionAndOrientation(body, physicsClientId=self._client)
        velocity, angular = bullet.getBaseVelocity(body, physicsClientId=self._client)
        return position, bullet.getMatrixFromQuaternion(quaternion), velocity, angular

    def base_inertial(self, body: int) -> tuple[FloatArray, FloatArray]:
        """Where the base's inertial frame sits in its link frame: position (3,) and rotation (3, 3)."""
        info = bullet.getDynamicsInfo(body, -1, physicsClientId=self._client)
        return np.array(info[3]), _rotation(info[4])

    def link_frames(self, body: int) -> list[tuple[FloatArray, FloatArray]]:
        """(position (3,), rotation (3, 3)) of each child link's URDF frame in the world, in joint order."""
        count = bullet.getNumJoints(body, physicsClientId=self._client)
        states = bullet.getLinkStates(
            body, list(range(count)), computeForwardKinematics=1, physicsClientId=self._client
        )
        return [(np.array(state[4]), _rotation(state[5])) for state in states]

    def link_masses(self, body: int) -> list[LinkMass]:
        """Mass, centre and inertia of the base and every link, as they stand now."""
        count = bullet.getNumJoints(body, physicsClientId=self._client)
        states = bullet.getLinkStates(
            body, list(range(count)), computeForwardKinematics=1, physicsClientId=self._client
        )
        frames = [bullet.getBasePositionAndOrientation(body, physicsClientId=self._client)]
        frames += [(state[0], state[1]) for state in states]
        result = []
        for link, (position, quaternion) in enumerate(frames, start=-1):
            info = bullet.getDynamicsInfo(body, link, physicsClientId=self._client)
            turn = _rotation(quaternion)
            result.append(LinkMass(info[0], np.array(position), turn @ np.diag(info[2]) @ turn.T))
        return result

    def push(self, body: int, force_n: FloatArray) -> None:
        """A force (3,) in world axes at the base's centre of mass, for the next call of `step` only."""
        position = bullet.getBasePositionAndOrientation(body, physicsClientId=self._client)[0]
        bullet.applyExternalForce(body, -1, list(force_n), position, bullet.WORLD_FRAME, physicsClientId=self._client)

    # Queries

    def contacts(self, body: int) -> list[Contact]:
        """Contact points of `body` after the last step."""
        points = bullet.getContactPoints(body, physicsClientId=self._client)
        alias = self._alias
        return [Contact(point[5], alias.get(point[2], point[2]), point[3], point[7], point[9]) for point in points]

    def overlaps(self, body: int, low: Point, high: Point) -> list[Overlap]:
        """Where `body`, as it is placed now, runs into others that reach into the box from `low` to `high` (world).

        No step is made, and other bodies stay where they are. The endless floor of `add_plane` is left out.
        """
        near = bullet.getOverlappingObjects(low, high, physicsClientId=self._client) or ()
        found, alias = [], self._alias
        for other in sorted({pair[0] for pair in near} - {body, self._floor}):
            for point in bullet.getClosestPoints(body, other, 0.0, physicsClientId=self._client):
                found.append(Overlap(point[6], alias.get(other, other), point[7], -point[8]))
        return found

    def heights(self, starts: Sequence[Point], depth_m: float) -> list[float]:
        """Height of the first thing that does not move by itself, straight below each start; -inf beyond `depth_m`."""
        ends = [(x, y, z - depth_m) for x, y, z in starts]
        hits = bullet.rayTestBatch(starts, ends, collisionFilterMask=_STATIC, physicsClientId=self._client)
        return [hit[3][2] if hit[0] >= 0 else -math.inf for hit in hits]

    def ray_test_batch(self, starts: FloatArray, ends: FloatArray) -> tuple[FloatArray, IntArray]:
        """Cast rays from `starts` to `ends` (n, 3): hit fraction (n,), 1 for none, and body (n,), -1 for none."""
        fractions, bodies = np.empty(len(starts)), np.empty(len(starts), dtype=np.int64)
        for first in range(0, len(starts), _RAY_BATCH):
            part = slice(first, first + _RAY_BATCH)
            hits = bullet.rayTestBatch(starts[part].tolist(), ends[part].tolist(), physicsClientId=self._client)
            fractions[part] = [hit[2] for hit in hits]
            bodies[part] = [self._alias.get(hit[0], hit[0]) for hit in hits]
        return fractions, bodies

    def render_reference(
        self, position: FloatArray, rotation: FloatArray, fov_rad: float, width: int, height: int
    ) -> ReferenceImage:
        """What PyBullet's own renderer sees, shadows included, for tests.

        Args:
            position: (3,) camera centre, world frame.
            rotation: (3, 3) camera to world; camera frame x right, y down, z forward.
            fov_rad: vertical field of view.
            width: pixels.
            height: pixels.
        """
        near, far = 0.05, 100.0
        target = position + rotation[:, 2]
        view = bullet.computeViewMatrix(list(position), list(target), list(-rotation[:, 1]))
        projection = bullet.computeProjectionMatrixFOV(math.degrees(fov_rad), width / height, near, far)
        image = bullet.getCameraImage(
            width, height, view, projection, shadow=1, renderer=bullet.ER_TINY_RENDERER, physicsClientId=self._client
        )
        buffer = np.asarray(image[3], dtype=float).reshape(height, width)
        depth = far * near / (far - (far - near) * buffer)
        rgb = np.asarray(image[2], dtype=np.uint8).reshape(height, width, 4)[..., :3]
        return ReferenceImage(depth, np.asarray(image[4]).reshape(height, width), np.ascontiguousarray(rgb))


def _chunks(faces: IntArray) -> list[IntArray]:
    """As few pieces as PyBullet takes, since a robot within the bounds of one has to search it at every step."""
    if len(faces) <= _MOST_TRIANGLES and len(np.unique(faces)) <= _MOST_VERTICES:
        return [faces]
    middle = len(faces) // 2
    return _chunks(faces[:middle]) + _chunks(faces[middle:])


def _rotation(quaternion: tuple[float, ...]) -> FloatArray:
    return np.array(bullet.getMatrixFromQuaternion(quaternion)).reshape(3, 3)


def _quaternion(rotation: FloatArray) -> list[float]:
    """Unit quaternion xyzw of a rotation (3, 3), by its largest component (Shepperd 1978)."""
    (a, b, c), (d, e, f), (g, h, i) = rotation.tolist()
    shares = (1.0 + a - e - i, 1.0 - a + e - i, 1.0 - a - e + i, 1.0 + a + e + i)
    largest = shares.index(max(shares))
    rows = (
        (shares[0], b + d, c + g, h - f),
        (b + d, shares[1], f + h, c - g),
        (c + g, f + h, shares[2], d - b),
        (h - f, c - g, d - b, shares[3]),
    )
    scale = 0.5 / math.sqrt(shares[largest])
    return [scale * value for value in rows[largest]]
