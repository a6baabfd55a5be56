from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace

from bench import forwarding, media
from bench.forwarding import LOOKED_AT, OURS, Run, arguments, evaluate, looked, summary
from bench.load import SIGNALING, Plan, percentile_ms
from bench.process import Usage, usage
from bench.small_pictures import pictures
from courtroom.sampled_media import Pictures
from gateway.keyframe import Keyframes
from gateway.packet import Packet

PLAN = Plan("courtroom", "", 1, 2, 10.0)
RESULT = {
    "expected": 3000, "delivered": 3000, "sent": 3000, "planned": 3000, "p50_ms": 0.4, "p99_ms": 1.0,
    "client_cpu": 0.1, "max_lag_ms": 2.0, "missing": [],
}  # fmt: skip


def samples(cpu_s=1.0, machine_s=2.0):
    return {"begin": Usage(0.0, 0, 0.0), "end": Usage(cpu_s, 50_000_000, machine_s)}


def files(tmp_path, audio=100_000, video=2_000_000, participants=2):
    sizes = [size for size in (audio, video) for _ in range(participants)]
    paths = [tmp_path / str(i) for i in range(len(sizes))]
    for path, size in zip(paths, sizes, strict=True):
        path.write_bytes(bytes(size))
    return paths


def test_figures_of_a_run_that_nothing_disturbed(tmp_path):
    run = evaluate(PLAN, samples(), RESULT, files(tmp_path))
    assert (run.cpu, run.us_per_packet, run.rss_mb) == (0.1, 333.33, 50.0)
    assert (run.saturated, run.complaints) == (False, ())


def test_a_server_a_client_or_others_at_the_machines_end_are_told(tmp_path):
    recorded = files(tmp_path)
    assert evaluate(PLAN, samples(cpu_s=9.0, machine_s=10.0), RESULT, recorded).saturated
    assert evaluate(PLAN, samples(), RESULT | {"client_cpu": 0.9}, recorded).saturated
    assert evaluate(PLAN, samples(), RESULT | {"sent": 2000}, recorded).saturated
    assert evaluate(PLAN, samples(machine_s=12.0), RESULT, recorded).saturated


def test_what_the_server_does_beside_forwarding_is_no_foreign_load(tmp_path):
    beside = {"beside_begin": Usage(1.0, 0, 0.0), "beside_end": Usage(6.0, 0, 0.0)}
    run = evaluate(PLAN, samples(machine_s=7.0) | beside, RESULT, files(tmp_path))
    assert (run.saturated, run.beside_cpu, run.us_per_packet) == (False, 0.5, 333.33)


def test_a_probe_that_does_not_look_at_everybody_is_told():
    plan = replace(PLAN, server=LOOKED_AT, seconds=30.0)
    assert looked(plan, Counter({("h", "1"): 3, ("h", "2"): 9})) == []
    assert looked(plan, Counter({("h", "1"): 9}))[0].startswith("looks: 1 of 2")
    assert looked(plan, Counter({("h", "1"): 9, ("h", "2"): 2})) != []
    assert looked(PLAN, Counter()) == []


def test_every_server_that_can_be_measured_can_be_joined_and_only_the_one_with_a_worker_is_looked_at():
    assert set(forwarding.SERVERS) <= set(SIGNALING)
    looked_at = {name: getattr(SIGNALING[name]("x"), "_sampled", False) for name in (OURS, LOOKED_AT)}
    assert looked_at == {OURS: False, LOOKED_AT: True}


def test_packets_that_never_came_are_named(tmp_path):
    run = evaluate(PLAN, samples(), RESULT | {"missing": ["3 of the sound of 0 to 1"]}, files(tmp_path))
    assert run.complaints == ("missing: 3 of the sound of 0 to 1",)


def test_a_record_that_lacks_files_or_octets_is_told(tmp_path):
    recorded = files(tmp_path)
    assert "3 files" in evaluate(PLAN, samples(), RESULT, recorded[1:]).complaints[0]
    recorded[-1].write_bytes(b"short")
    assert "too small" in evaluate(PLAN, samples(), RESULT, recorded).complaints[0]


def test_the_summary_has_medians_and_sums():
    runs = [Run(10, 9, p, 2.0, 0.1, us, 50.0, 0.1, False, 1.0, ()) for p, us in ((1.0, 9.0), (5.0, 8.0), (3.0, 20.0))]
    result = summary(runs)
    assert (result["expected"], result["delivered"]) == (30, 27)
    assert (result["p50_ms"], result["us_per_packet"]) == (3.0, 9.0)


def test_percentiles_are_of_the_nearest_rank():
    ordered = [n / 1000 for n in range(1, 101)]
    assert [percentile_ms(ordered, share) for share in (0.5, 0.99, 1.0)] == [50.0, 99.0, 100.0]
    assert percentile_ms([], 0.5) == 0.0


def test_the_load_sends_key_frames_that_the_gateway_knows_as_such():
    source, keyframes = media.VideoSource(0), Keyframes("VP8")
    packets = [source.next() for _ in range(12)]
    found = [keyframes.begins(payload, frame) for payload, frame, _ in packets]
    assert found == [True] + [False] * 11
    assert all(len(payload) == media.PAYLOAD_BYTES for payload, _, _ in packets)
    assert [last for _, _, last in packets[:4]] == [False, False, False, True]


def test_pictures_that_are_real_are_decoded_from_what_the_load_sends():
    source, shown = media.VideoSource(0, pictures()), Pictures("VP8")
    sent = [source.next() for _ in range(40)]
    shown.push([Packet(1, n, frame, last, 96, payload, 0.0) for n, (payload, frame, last) in enumerate(sent)], True)
    assert not shown.wants_keyframe
    assert shown.glance() is not None
    assert shown.picture().shape == (360, 640, 3)
    assert all(len(payload) == media.PAYLOAD_BYTES for payload, _, _ in sent)


def test_usage_is_that_of_a_living_process():
    before = usage(os.getpid())
    sum(range(3_000_000))
    after = usage(os.getpid())
    assert after.cpu_s > before.cpu_s
    assert after.machine_s > before.machine_s
    assert after.rss > 1_000_000


def test_the_command_line_has_the_documented_defaults():
    options = arguments([])
    assert (options.hearings, options.participants, options.seconds, options.peer, options.runs) == (
        4,
        5,
        15.0,
        None,
        5,
    )
    assert set(forwarding.SERVERS) == {"courtroom", "courtroom-lookout", "janus", "janus-loops"}
