import type { SecondaryAnswer } from "../../../http/api/central-answers.ts";

type ServerRates = NonNullable<SecondaryAnswer["rates"]>;

const NO_FLOW: ServerRates = { toClients: 0, toSecondaries: 0, overHttp: 0, received: 0 };

export interface ServerTotals {
  /** Bytes on the disk with the least room, since every server copies every file; null: no server has told. */
  readonly leastFree: number | null;
  /** Bytes each second. */
  readonly rates: ServerRates;
  /** Bytes. */
  readonly copies: number;
}

/** What all servers have together. */
export function totalsOf(secondaries: readonly Pick<SecondaryAnswer, "room" | "rates" | "copies">[]): ServerTotals {
  const rooms = secondaries.flatMap(({ room }) => (room ? [room.free] : []));
  return {
    leastFree: rooms.length === 0 ? null : Math.min(...rooms),
    rates: secondaries.reduce((flow, { rates }) => (rates ? added(flow, rates) : flow), NO_FLOW),
    copies: sum(secondaries.map(({ copies }) => copies.bytes)),
  };
}

/** All that is sent. */
export function sentOf({ toClients, toSecondaries, overHttp }: ServerRates): number {
  return toClients + toSecondaries + overHttp;
}

function added(one: ServerRates, other: ServerRates): ServerRates {
  return {
    toClients: one.toClients + other.toClients,
    toSecondaries: one.toSecondaries + other.toSecondaries,
    overHttp: one.overHttp + other.overHttp,
    received: one.received + other.received,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
