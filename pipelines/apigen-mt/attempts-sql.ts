/** Accepted and failed attempts together, with the columns of both. */
export const ATTEMPTS = (columns: string): string =>
  `(SELECT ${columns}, 'accepted' AS failure FROM trajectories UNION ALL SELECT ${columns}, failure FROM failed_trajectories)`
