from __future__ import annotations

from tests.client.network import BadNetwork, Outage

MEDIA, STUN = b"\x80" + bytes(50), b"\0\1" + bytes(18)


def outcome(network, count=5000):
    return [tuple(network.plan(0.0, MEDIA)) for _ in range(count)]


def test_the_same_seed_does_the_same_again():
    options = {"loss": 0.1, "burst": 3, "delay": 0.05, "jitter": 0.02, "duplicate": 0.01}
    assert outcome(BadNetwork(seed=7, **options)) == outcome(BadNetwork(seed=7, **options))
    assert outcome(BadNetwork(seed=7, **options)) != outcome(BadNetwork(seed=8, **options))


def test_loss_comes_to_its_share_and_in_bursts():
    lost = [not copies for copies in outcome(BadNetwork(seed=1, loss=0.1, burst=4), 50_000)]
    bursts = sum(now and not before for before, now in zip([False, *lost], lost, strict=False))
    assert 0.09 < sum(lost) / len(lost) < 0.11
    assert 3.5 < sum(lost) / bursts < 4.5


def test_duplicates_come_twice_and_delay_is_kept():
    copies = outcome(BadNetwork(seed=1, delay=0.1, jitter=0.05, duplicate=0.5))
    assert {len(c) for c in copies} == {1, 2}
    assert all(0.1 <= delay <= 0.15 for c in copies for delay in c)


def test_connectivity_checks_can_be_left_alone():
    network = BadNetwork(loss=1.0)
    assert all(len(network.plan(0.0, STUN)) == 1 for _ in range(100))
    assert BadNetwork(loss=1.0, protect=False).plan(0.0, STUN) == ()


def test_an_outage_is_one_while_it_lasts():
    network = Outage()
    assert network.plan(0.0, MEDIA)
    network.down = True
    assert not network.plan(0.0, STUN)
