import { formatBytes, formatDuration, formatRate } from "../../platform/units.ts";

/** How far a copy is. Sizes in bytes, the rate in bytes for each second: null where it comes from this same disk. */
export interface CopyProgress {
  readonly name: string;
  readonly size: number;
  readonly doneBytes: number;
  readonly rate: number | null;
}

/** In one line. */
export function describeProgress({ name, size, doneBytes, rate }: CopyProgress): string {
  const done = `${formatBytes(doneBytes)} of ${formatBytes(size)}`;
  if (rate === null) return `copying ${name} from what is here: ${done}`;
  const left = rate > 0 ? `, ${formatDuration((size - doneBytes) / rate)} left` : "";
  return `copying ${name}: ${done}, ${formatRate(rate)}${left}`;
}
