/** Random numbers from 0 up to 1 that are the same for the same seed (Park and Miller's minimal standard generator). */
export function seededRandom(seed: number): () => number {
  let state = (Math.trunc(Math.abs(seed)) % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}
