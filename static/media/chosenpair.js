/**
 * The candidate pair that carries the media (W3C webrtc-stats). Not by its state: while a check is on its way, for seconds where
 * there is a queue, that is not "succeeded".
 * @param {{type: string, [name: string]: any}[]} stats
 */
export function chosenPair(stats) {
  const chosen = stats.find(({ type }) => type === "transport")?.selectedCandidatePairId;
  return stats.find(({ type, id, nominated }) => type === "candidate-pair" && (chosen ? id === chosen : nominated));
}
