// A client that was altered: what it tells the court of the sound that it played is not what it played. `lie` is "all" or
// "nothing", from the moment when it is set. Put in before the page's own scripts.
(() => {
  const getStats = RTCPeerConnection.prototype.getStats;
  /** The truth when the lie began. */
  const before = new Map();

  function altered(stat) {
    const made = stat.concealedSamples + (stat.insertedSamplesForDeceleration ?? 0) - (stat.removedSamplesForAcceleration ?? 0);
    if (!before.has(stat.id)) before.set(stat.id, { made, played: stat.totalSamplesReceived - made });
    const { made: first, played } = before.get(stat.id);
    const claimed = window.lie === "all" ? first : stat.totalSamplesReceived - played;
    return { ...stat, concealedSamples: claimed, insertedSamplesForDeceleration: 0, removedSamplesForAcceleration: 0 };
  }

  RTCPeerConnection.prototype.getStats = async function (...given) {
    const all = await getStats.apply(this, given);
    if (!window.lie) return all;
    return new Map([...all].map(([id, stat]) => [id, stat.type === "inbound-rtp" && stat.kind === "audio" ? altered(stat) : stat]));
  };
})();
