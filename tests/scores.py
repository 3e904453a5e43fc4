"""Made-up scores in the layout of score.json."""

from typing import Any


def score(seed: int, found: tuple[bool, ...] = (True, False), light: str = "day", **changes: Any) -> dict[str, Any]:
    """An episode with a hot bearing and a fire, and a false alarm of a spill where the seed is odd."""
    anomalies = [
        {"class": name, "severity": severity, "found": flag}
        for (name, severity), flag in zip((("hot_bearing", 85.0), ("fire", 190.0)), found, strict=True)
    ]
    reports = [{"class": "liquid_spill", "matched": False}] * (seed % 2) + [{"class": "fire", "matched": None}]
    usual: dict[str, Any] = {
        "seed": seed,
        "coverage": 0.8 + 0.01 * seed,
        "points_served": 1.0,
        "detection_rate": sum(found) / len(found),
        "precision": 1.0,
        "f1": 1.0,
        "average_precision": 1.0,
        "false_alarms": seed % 2,
        "location_error_m": None if seed == 0 else 0.1,
        "distance_m": 100.0,
        "energy_wh": 50.0,
        "sim_s": 300.0,
        "real_time_factor": 4.0,
        "safety": {
            "collisions": 0,
            "falls": 0,
            "zone_violations": 0,
            "gas_exposure_s": 0.0,
            "near_misses": 0,
            "mover_contacts": 0,
        },
        "reading_error": {"gauge_pct_full_scale": None, "temperature_k": 0.5},
        "conditions": {"light": light, "ambient_c": 10.0 + seed, "wind_m_s": 2.0},
        "anomalies": anomalies,
        "reports": reports,
    }
    return usual | changes
