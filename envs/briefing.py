"""The briefing an operator hands the robot: everything about the healthy site that an agent may know."""

import math

import numpy as np

from .anomalies.base import ANOMALIES
from .robots.spec import RobotSpec
from .sensors.camera import ZOOM, LensSensor
from .site.instruments import QUANTITIES, Instrument, site_instruments
from .site.mesh import SiteMesh
from .site.model import Site
from .types import Briefing, EquipmentInfo, ExRating, InstrumentInfo, RobotInfo

#: A robot without explosion protection may enter no hazard zone.
UNRATED = ExRating("none", "none", "none")


def robot_info(spec: RobotSpec) -> RobotInfo:
    """What an agent may know about its robot."""
    head, camera = spec.head, LensSensor.camera
    return RobotInfo(
        name=spec.name,
        rating=spec.rating or UNRATED,
        forward_m_s=spec.speed.forward_m_s,
        lateral_m_s=spec.speed.lateral_m_s,
        yaw_rad_s=spec.speed.yaw_rad_s,
        pan_rad=min(-head.pan_rad[0], head.pan_rad[1]),
        tilt_rad=head.tilt_rad,
        zoom=ZOOM,
        radius_m=spec.radius_m,
        camera_height_m=spec.gait.stand_height_m + head.mount_m[2] + head.camera_m[2],
        image_size_px=(camera.width_px, camera.height_px),
        fov_rad=camera.fov_rad,
    )


def _info(instrument: Instrument) -> InstrumentInfo:
    """An instrument without its value."""
    return InstrumentInfo(
        instrument.name,
        instrument.tag,
        instrument.quantity,
        QUANTITIES[instrument.quantity].unit,
        instrument.position_m,
        instrument.normal_range,
        instrument.point,
    )


def make_briefing(site: Site, mesh: SiteMesh, spec: RobotSpec, time_limit_s: float) -> Briefing:
    """The briefing for the healthy `site` and its merged `mesh`."""
    index = {tag: k for k, tag in enumerate(site.equipment)}
    part_owner = np.array(
        [
            index.get(tag, -1) if tag and part.inspectable else -1
            for tag, part in zip(mesh.owners, mesh.parts, strict=True)
        ],
        dtype=np.int32,
    )
    return Briefing(
        scenario=site.scenario,
        size=site.size,
        bounds_m=site.bounds_m,
        vertices_m=mesh.vertices_m,
        faces=mesh.faces,
        face_owner=part_owner[mesh.face_part],
        equipment=tuple(
            EquipmentInfo(e.tag, e.kind, e.position_m, math.remainder(e.yaw_rad, math.tau), e.params["size_m"])
            for e in site.equipment.values()
        ),
        points=tuple(site.points()),
        zones=tuple(site.zones),
        dock=site.dock,
        time_limit_s=time_limit_s,
        robot=robot_info(spec),
        instruments=tuple(
            InstrumentInfo(
                i.name, i.tag, i.quantity, QUANTITIES[i.quantity].unit, i.position_m, i.normal_range, i.point
            )
            for i in site_instruments(site)
        ),
        anomaly_classes=tuple(kind.name for kind in ANOMALIES.values() if site.scenario in kind.scenarios),
    )
