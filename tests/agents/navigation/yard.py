"""A yard of 12 × 8 m made of boxes, as a briefing."""

from collections.abc import Sequence

import numpy as np
import trimesh

from patrolgym.envs.types import Briefing, EquipmentInfo, ExRating, InspectionPoint, RobotInfo, Zone

ROBOT = RobotInfo(
    "test", ExRating("Gb", "IIB", "T4"), 1.2, 0.4, 0.8, 2.8, (-1.0, 1.5), (1.0, 20.0), 0.68, 1.05, (320, 240), 1.0472
)
Box = tuple[float, float, float, float, float, float]


def yard(
    boxes: Sequence[Box] = (), equipment: Sequence[Box] = (), zones: tuple[Zone, ...] = (), points: bool = True
) -> Briefing:
    """Boxes are (x, y, z of the middle, sizes); each piece of equipment has a gauge point on its southern face."""
    ground = trimesh.Trimesh([[0, 0, 0], [12, 0, 0], [12, 8, 0], [0, 8, 0]], [[0, 1, 2], [0, 2, 3]], process=False)
    meshes = [ground]
    for x, y, z, *size in (*boxes, *equipment):
        mesh = trimesh.creation.box(extents=size)
        mesh.apply_translation((x, y, z))
        meshes.append(mesh)
    owners = [-1] * (1 + len(boxes)) + list(range(len(equipment)))
    starts = np.cumsum([0] + [len(mesh.vertices) for mesh in meshes[:-1]])
    infos = tuple(
        EquipmentInfo(f"E-{k}", "box", (x, y, 0.0), 0.0, (sx, sy, sz))
        for k, (x, y, _, sx, sy, sz) in enumerate(equipment)
    )
    patches = tuple(
        InspectionPoint(
            f"E-{k}/dial",
            f"E-{k}",
            "gauge",
            "rgb",
            (x, y - sy / 2, 1.1),
            (0.0, -1.0, 0.0),
            (0.0, 0.0, 1.0),
            0.1,
            1000.0,
        )
        for k, (x, y, _, _, sy, _) in enumerate(equipment)
    )
    return Briefing(
        scenario="yard",
        size="small",
        bounds_m=(0.0, 0.0, 12.0, 8.0),
        vertices_m=np.concatenate([np.asarray(mesh.vertices) for mesh in meshes]),
        faces=np.concatenate([np.asarray(m.faces) + s for m, s in zip(meshes, starts, strict=True)]).astype(np.int32),
        face_owner=np.repeat(owners, [len(mesh.faces) for mesh in meshes]),
        equipment=infos,
        points=patches if points else (),
        zones=zones,
        dock=(1.5, 1.5, 0.0),
        time_limit_s=300.0,
        robot=ROBOT,
    )
