"""The baseline: plans viewpoints and a tour, walks it, looks, reports, and goes back to the dock."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from patrolgym.envs.types import Briefing, FloatArray, Reading, Report

from .base import AGENTS, Agent, Commission, Decision, Observation
from .camerawork import Aim, Album, Shooting, glance, wide_zoom
from .inspector import Inspector
from .navigation.belief import Belief
from .navigation.cover import Cover
from .navigation.gaze import Gaze, head_rotation, zoom_action
from .navigation.pilot import Pilot
from .navigation.plan import Itinerary, Plan, make_plan
from .navigation.vapour import Vapour
from .navigation.viewpoints import Shot, Stand
from .schedule import Schedule
from .senses import Moment, Senses
from .signals.base import LISTENERS

BASE_HEIGHT_M = 0.6
IN_THE_WAY_M = 2.0
"""Somebody nearer than that may be waiting for the robot to go."""
RENEW_S, RENEW_STOP_S = 15.0, 0.4
"""Between two looks for more to do while there is still something: so long, or so long for each stop."""
BESIDE_M, FAR_M = 4.0, 8.0
"""Beside a stop that is barred for the first time the robot rather waits than goes far (a way of that cost)."""
LOOK_AHEAD_S = 0.5
EVADE_AFTER_S, EVADE_M = 2.2, 0.02
MOST_DWELL_S = 5.0
"""A listener that has not got what it wants by then will not get it."""
NEARLY_M = 0.9
"""This near to a stop the head turns to its first shot."""
HELD_RAD = 0.03
MOST_ZOOM_IN = 2.0
"""From that much farther than planned nothing is seen as planned any more."""
TURN_RAD_S, MOST_TURN_S = 0.5, 4.0


class PatrolAgent(Agent):
    """Walks a planned tour of viewpoints; see the module's parts for each skill."""

    name: ClassVar[str] = "patrol"
    sensors: ClassVar[tuple[str, ...]] = ("lidar", "rgb", "depth", "thermal")
    optional_sensors: ClassVar[tuple[str, ...]] = ("gas", "tdlas", "ultrasound", "vibrometer", "instruments")

    def begin(self, briefing: Briefing, commission: Commission, rng: np.random.Generator) -> None:
        """Plan the patrol and take the pictures of the healthy site."""
        del rng
        self._briefing = briefing
        self._plan: Plan = make_plan(briefing)
        self._dock = np.asarray(briefing.dock[:2])
        self._album = Album()
        self._album.take(commission, self._plan)
        self._senses = Senses(self._plan.mesh)
        self._pilot = Pilot(self._plan.site_map, self._plan.router, briefing.robot)
        self._gaze = Gaze(briefing.robot, BASE_HEIGHT_M)
        self._belief = Belief(self._plan.targets, self._plan.mesh)
        self._inspector = Inspector(briefing, self._plan.mesh, self._album.views)
        itinerary = Itinerary(self._plan.router, self._dock, self._plan.stands, self._dock)
        self._schedule = Schedule(itinerary, self._belief, self._inspector, briefing.time_limit_s)
        self._listeners = [listener(briefing, self._plan.mesh.occluded) for listener in LISTENERS.values()]
        self._vapour = Vapour()
        self._aim: Aim | None = None
        self._stand: Stand | None = None
        self._shooting: Shooting | None = None
        self._held: Shot | None = None
        self._held_s = self._turned_s = 0.0
        self._renewed_s = -np.inf
        self._mode: Callable[[Moment], FloatArray] = self._set_out
        self._reports: list[Report] = []
        self._readings: list[Reading] = []
        self._done = False

    def act(self, observation: Observation) -> Decision:
        """One step of the patrol."""
        moment = self._senses.read(observation)
        self._listen(moment)
        if moment.scan_m is not None:
            self._pilot.sense(moment.scan_m, moment.position_m, moment.time_s)
        if moment.view is not None:
            self._see(moment)
        self._reports += self._inspector.findings.sure_tracks()
        if moment.gas_ppm is not None:
            met = self._vapour.met(moment.gas_ppm, moment.position_m, moment.time_s)
            if met and self._mode != self._home:
                self._withdraw(moment)
        velocity = self._mode(moment)
        reports, self._reports = self._reports, []
        readings, self._readings = self._readings, []
        sightings = [] if moment.view is None else self._inspector.sightings
        return Decision(self._action(moment, velocity), reports, readings, self._done, self._activity(), sightings)

    def _activity(self) -> str:
        """What it is doing, for people."""
        if self._shooting is not None:
            shot = self._shooting.shot
            return "Looks over surfaces" if shot is None or shot.point is None else f"Inspects {shot.point}"
        if self._mode == self._retreat:
            return "Withdraws from gas"
        if self._mode == self._wait:
            return "Waits for the way to clear"
        if self._stand is None:
            return "Returns to the dock"
        tags = list(dict.fromkeys(self._inspector.point(name).tag for name in self._stand.serves))
        return f"Walks to {', '.join(tags[:3])}" if tags else "Walks on to look over surfaces"

    # Seeing

    def _see(self, moment: Moment) -> None:
        """Take in a new picture."""
        view = moment.view
        assert view is not None
        self._gaze.learn(moment.position_m, moment.rotation, view.position_m, view.rotation)
        reference = self._album.match(view)
        self._belief.update(view)
        self._inspector.look(view, reference)

    # Modes: each gives the velocity (3,) for the next step and may hand over to another

    def _set_out(self, moment: Moment) -> FloatArray:
        """Choose the next stop, or go home."""
        self._schedule.fit(moment.position_m, moment.time_s)
        self._schedule.drop_done()
        self._renew(moment)
        itinerary = self._schedule.itinerary
        if not itinerary.stands:
            return self._turn_home(moment)
        position = self._next_open(moment)
        if position is None:
            self._mode = self._wait
            return self._wait(moment)
        self._stand = itinerary.pop(position)
        if position:
            itinerary.go_on_from(self._stand)
        self._go(self._stand.eye_m, self._gaze.mount_m, moment, self._schedule.detour_m(self._stand))
        self._mode = self._walk
        return self._walk(moment)

    def _next_open(self, moment: Moment) -> int | None:
        """Position of the next stop: the first, or the nearest now if the way to the first was found barred.

        None if the ways to all are barred by what may soon go away, or to the first and it would be far to come back.
        """
        stands = self._schedule.itinerary.stands
        barred = np.array([self._barred(stand, moment.time_s) for stand in stands])
        if barred.all():
            pressed = [self._schedule.pressed(stand, moment.time_s) for stand in stands]
            in_the_way = self._pilot.live.gap_to(moment.position_m, moment.time_s) <= IN_THE_WAY_M
            return pressed.index(False) if in_the_way and not all(pressed) else None
        if not barred[0]:
            return 0
        places = np.array([stand.eye_m for stand in stands])
        costs = self._pilot.costs_to(places, moment.position_m, moment.time_s)
        nearest = int(np.argmin(np.where(barred, np.inf, costs)))
        beside = np.hypot(*(places[0, :2] - moment.position_m[:2])) < BESIDE_M
        beside &= self._schedule.missed(stands[0]) < 2
        return None if beside and costs[nearest] > FAR_M else nearest

    def _barred(self, stand: Stand, time_s: float) -> bool:
        on_lane = self._pilot.live.before_starters(stand.eye_m[None, :2], time_s)[0]
        return bool(on_lane) or self._schedule.barred(stand, time_s) or self._vapour.near(stand.eye_m, time_s)

    def _wait(self, moment: Moment) -> FloatArray:
        """Until a way is open again."""
        if moment.view is not None:
            self._aim = self._glance(moment)
        if self._schedule.home_calls(moment.position_m, moment.time_s):
            return self._turn_home(moment)
        if self._next_open(moment) is not None:
            self._mode = self._set_out
        return self._pilot.step(moment.position_m, moment.yaw_rad, moment.time_s)

    def _walk(self, moment: Moment) -> FloatArray:
        """On the way to a stop."""
        assert self._stand is not None
        velocity = self._pilot.step(moment.position_m, moment.yaw_rad, moment.time_s)
        if moment.view is not None or self._aim is None:
            self._aim = self._first_aim(moment) or self._glance(moment)
        if self._schedule.home_calls(moment.position_m, moment.time_s):
            return self._turn_home(moment)
        if self._pilot.failed:
            self._schedule.postpone(self._stand, moment.time_s)
            self._mode = self._set_out
        elif self._pilot.arrived:
            self._begin_stop(moment)
        elif moment.view is not None and not self._schedule.worthwhile(self._stand):
            # Seen in passing.
            self._mode = self._set_out
        return velocity

    def _shoot(self, moment: Moment) -> FloatArray:
        """At a stop: aim, hold, take, next."""
        assert self._shooting is not None
        velocity = self._pilot.step(moment.position_m, moment.yaw_rad, moment.time_s)
        self._skip_poor(moment)
        shot = self._shooting.shot
        if shot is not None and self._taken(shot, moment):
            if shot.point is None or shot.point in self._inspector.served:
                self._shooting.done_with()
            else:
                self._shooting.put_off()
            self._turned_s = 0.0
            self._skip_poor(moment)
            shot = self._shooting.shot
        if shot is None or self._schedule.home_calls(moment.position_m, moment.time_s):
            return self._end_stop(moment)
        self._aim = Aim(np.asarray(shot.look_at_m) + self._evasion(moment), self._zoom(shot, moment))
        pan, _ = self._gaze.aim(moment.position_m, moment.rotation, self._aim.look_at_m)
        if abs(pan) > 0.95 * self._briefing.robot.pan_rad:
            # The head does not turn this far: the legs must, and if there is no room the shot is left out.
            velocity = self._pilot.turn(
                float(np.sign(pan)) * TURN_RAD_S, moment.position_m, moment.yaw_rad, moment.time_s
            )
            self._turned_s += 0.1
            if self._turned_s > MOST_TURN_S:
                self._shooting.done_with()
                self._turned_s = 0.0
        return velocity

    def _home(self, moment: Moment) -> FloatArray:
        """On the way to the dock."""
        velocity = self._pilot.step(moment.position_m, moment.yaw_rad, moment.time_s)
        if moment.view is not None or self._aim is None:
            self._aim = self._glance(moment)
        if self._pilot.failed:
            self._go(self._dock, np.zeros(2), moment)
        elif self._pilot.arrived:
            self._reports += self._inspector.findings.likely_tracks() + self._inspector.spills()
            self._done = True
        return velocity

    def _retreat(self, moment: Moment) -> FloatArray:
        """On the way back to clean air."""
        velocity = self._pilot.step(moment.position_m, moment.yaw_rad, moment.time_s)
        if self._pilot.failed or self._pilot.arrived:
            self._mode = self._set_out
        return velocity

    # Steps of the modes

    def _withdraw(self, moment: Moment) -> None:
        """Leave everything and go where the air was clean; the stop is tried again when the gas may have gone."""
        if self._stand is not None:
            self._schedule.itinerary.put_back(self._stand)
        self._stand = self._shooting = None
        place = self._vapour.retreat(moment.time_s)
        self._go(self._dock if place is None else place, np.zeros(2), moment)
        self._mode = self._retreat

    def _go(self, to_m: FloatArray, mount_m: FloatArray, moment: Moment, detour_m: float = np.inf) -> None:
        self._pilot.go_to(to_m, mount_m, moment.position_m, moment.yaw_rad, moment.time_s, detour_m)

    def _begin_stop(self, moment: Moment) -> None:
        assert self._stand is not None
        pan, tilt = (float(v) for v in moment.head[:2])
        self._shooting = Shooting(
            self._schedule.wanted_shots(self._stand), self._gaze, moment.position_m, moment.rotation, pan, tilt
        )
        self._mode = self._shoot

    def _end_stop(self, moment: Moment) -> FloatArray:
        assert self._stand is not None
        self._take_down(self._inspector.findings.close_points(self._stand.serves))
        for listener in self._listeners:
            self._take_down(listener.close(self._stand.serves))
        self._stand = self._shooting = None
        self._mode = self._set_out
        return self._set_out(moment)

    def _taken(self, shot: Shot, moment: Moment) -> bool:
        """Whether the current shot needs no further picture."""
        assert self._shooting is not None
        holding = self._hold(shot, moment)
        if moment.view is None:
            return False
        hit = self._shooting.tried(moment.view, self._plan.optics.focal_px * self._zoom(shot, moment))
        if shot.point is None:
            return hit or self._shooting.exhausted
        wanted = any(listener.wants(shot.point) for listener in self._listeners)
        if self._held_s >= (MOST_DWELL_S if wanted else self._inspector.dwell_s(shot.point)):
            self._inspector.measured.add(shot.point)
            holding = False
        return self._inspector.settled(shot.point) or (self._shooting.exhausted and not holding)

    def _evasion(self, moment: Moment) -> FloatArray:
        """(3,) m to one side, then to another, where the axis has rested long: a wire may be in the beam's way."""
        if self._held_s < EVADE_AFTER_S:
            return np.zeros(3)
        around = np.pi * np.floor(self._held_s)
        side = np.array([-np.sin(moment.yaw_rad), np.cos(moment.yaw_rad), 0.0])
        return np.asarray(EVADE_M * (np.cos(around) * side + np.array([0.0, 0.0, 1.0])))

    def _hold(self, shot: Shot, moment: Moment) -> bool:
        """Count how long the axis has been on the shot's place; whether it is now."""
        if shot is not self._held:
            self._held, self._held_s = shot, 0.0
        pan, tilt = self._gaze.aim(moment.position_m, moment.rotation, np.asarray(shot.look_at_m))
        holding = bool(max(abs(pan - moment.head[0]), abs(tilt - moment.head[1])) < HELD_RAD)
        self._held_s += 0.1 * holding
        return holding

    def _zoom(self, shot: Shot, moment: Moment) -> float:
        """The planned zoom, for the same picture from nearer or farther than planned; wide while it only listens."""
        assert self._stand is not None
        place, (pan, tilt) = np.asarray(shot.look_at_m), moment.head[:2]
        lens = self._gaze.lens(moment.position_m, moment.rotation, float(pan), float(tilt))
        if shot.point is not None and shot.point in self._inspector.served and self._inspector.listens_to(shot.point):
            return wide_zoom(self._plan, self._belief.left, lens, place)
        farther = float(np.linalg.norm(place - lens)) / max(float(np.linalg.norm(place - self._stand.eye_m)), 0.1)
        return float(np.clip(shot.zoom * min(farther, MOST_ZOOM_IN), *self._briefing.robot.zoom))

    def _listen(self, moment: Moment) -> None:
        """Take in what laser and microphone say, wherever they point."""
        pan, tilt = (float(v) for v in moment.head[:2])
        axis = moment.rotation @ head_rotation(pan, tilt)[:, 0]
        lens = self._gaze.lens(moment.position_m, moment.rotation, pan, tilt)
        for listener in self._listeners:
            listener.hear(moment, lens, axis)

    def _skip_poor(self, moment: Moment) -> None:
        assert self._shooting is not None
        self._shooting.skip_poor(self._belief.open(moment.time_s), lambda shot: self._turn_s(shot, moment))

    def _turn_s(self, shot: Shot, moment: Moment) -> float:
        """How long the head takes to turn to a shot."""
        pan, tilt = (float(v) for v in moment.head[:2])
        return self._gaze.turn_s(
            pan, tilt, self._gaze.aim(moment.position_m, moment.rotation, np.asarray(shot.look_at_m))
        )

    def _first_aim(self, moment: Moment) -> Aim | None:
        """Nearly there: the shot to begin with, so that the head has turned by the time the robot stands."""
        assert self._stand is not None
        if float(np.linalg.norm(self._stand.eye_m[:2] - moment.position_m[:2])) > NEARLY_M:
            return None
        shots = self._schedule.wanted_shots(self._stand)
        if not shots:
            return None
        first = min(shots, key=lambda shot: self._turn_s(shot, moment))
        return Aim(np.asarray(first.look_at_m), first.zoom)

    def _glance(self, moment: Moment) -> Aim | None:
        """Where to look while walking: at what is left, else ahead."""
        ahead = self._pilot.ahead(LOOK_AHEAD_S * 0.9, moment.position_m)
        base = np.array([ahead[0], ahead[1], moment.position_m[2]])
        pan, tilt = (float(v) for v in moment.head[:2])
        aim = glance(self._plan, self._belief.open(moment.time_s), self._gaze, base, moment.rotation, pan, tilt)
        if aim is not None:
            return aim
        return Aim(moment.position_m + moment.rotation @ np.array([5.0, 0.0, 0.1]), 1.0)

    def _renew(self, moment: Moment) -> None:
        """Plan more stops, from where nobody stands, while there is time for more than those that are left."""
        schedule, plan = self._schedule, self._plan
        since_s, stops = moment.time_s - self._renewed_s, len(schedule.itinerary.stands)
        # Planned anew in the moment of the last plan, which time did not allow, it would be the same.
        if since_s == 0.0 or (stops and since_s < max(RENEW_S, RENEW_STOP_S * stops)):
            return
        if not schedule.idle(moment.position_m, moment.time_s):
            return
        self._renewed_s = moment.time_s
        cover = Cover(
            plan.sights.only(self._pilot.live.clear(plan.sights.eyes_m, moment.time_s)),
            plan.targets,
            self._briefing.points,
            plan.optics,
            schedule.unplanned(),
            schedule.promised(),
        )
        cover.cover_points()
        cover.cover_surfaces()
        if cover.stands:
            stands = [*schedule.itinerary.stands, *cover.stands]
            schedule.itinerary = Itinerary(plan.router, moment.position_m, stands, self._dock)
            schedule.fit(moment.position_m, moment.time_s)

    def _turn_home(self, moment: Moment) -> FloatArray:
        self._stand = self._shooting = None
        self._reports += self._inspector.spills()
        names = [point.name for point in self._briefing.points]
        self._take_down(self._inspector.findings.close_points(names))
        for listener in self._listeners:
            self._take_down(listener.conclude())
        self._go(self._dock, np.zeros(2), moment)
        self._mode = self._home
        return self._pilot.step(moment.position_m, moment.yaw_rad, moment.time_s)

    def _take_down(self, found: tuple[list[Report], list[Reading]]) -> None:
        """Keep reports and readings for the next decision."""
        self._reports += found[0]
        self._readings += found[1]

    # Acting

    def _action(self, moment: Moment, velocity: FloatArray) -> FloatArray:
        """The action (6,) for a velocity and the present aim."""
        robot = self._briefing.robot
        speeds = np.array([robot.forward_m_s, robot.lateral_m_s, robot.yaw_rad_s])
        pan = tilt = 0.0
        zoom = 1.0
        if self._aim is not None:
            pan, tilt = self._gaze.aim(moment.position_m, moment.rotation, self._aim.look_at_m)
            zoom = self._aim.zoom
        head = self._gaze.action(pan, tilt)
        action = np.array([*(velocity / speeds), *head, zoom_action(zoom, robot.zoom)])
        return np.asarray(np.clip(action, -1.0, 1.0), dtype=np.float32)


AGENTS.add(PatrolAgent.name, PatrolAgent)
