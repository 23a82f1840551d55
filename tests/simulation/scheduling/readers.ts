import { ReadAhead } from "../../../src/client/streaming/read-ahead.ts";
import { Readers } from "../../../src/client/streaming/readers.ts";
import { Demand } from "../../../src/transfer/scheduling/demand.ts";
import { seeded } from "../world/agenda.ts";
import type { LinkPlan } from "./link-plan.ts";
import { type Outcome, type Reading, Simulation } from "./links.ts";

const MIB = 1024 * 1024;

/** Somebody who reads a part of the file. Times in milliseconds, rates in bytes for each millisecond. */
export interface ReaderPlan {
  readonly begins: number;
  readonly rate: number;
  /** The pieces of each part that it reads, one after the other: from, up to but not including. */
  readonly parts: readonly (readonly [from: number, end: number])[];
}

/** What one reader waited for, in milliseconds. */
export interface Waits {
  /** For the first piece of each part. */
  readonly first: number[];
  /** For all others. */
  readonly later: number[];
}

interface ReaderState {
  readonly plan: ReaderPlan;
  readonly waits: Waits;
  part: number;
  /** The piece that it reads next. */
  at: number;
  /** Since when it waits for that; null while it reads another one. */
  waitingSince: number | null;
  done: boolean;
}

export interface Film {
  readonly pieces: number;
  readonly links: readonly LinkPlan[];
  readonly readers: readonly ReaderPlan[];
  /** Most pieces that are kept when no reader wants them; absent: all. */
  readonly kept?: number;
}

/** The readers of a simulated download. Each takes a piece as soon as it is there and it has read the one before. */
class SimulatedReaders implements Reading {
  readonly demand = new Demand();
  private readonly readers: Readers;
  private readonly states: readonly ReaderState[];
  /** Pieces that are here, in the order in which they came. */
  private readonly held = new Set<number>();
  private simulation: Simulation | null = null;

  constructor(private readonly film: Film) {
    this.readers = new Readers(film.pieces * MIB, new ReadAhead());
    this.states = film.readers.map((plan) => {
      return { plan, waits: { first: [], later: [] }, part: 0, at: 0, waitingSince: null, done: false };
    });
  }

  get finished(): boolean {
    return this.states.every(({ done }) => done);
  }

  get waits(): readonly Waits[] {
    return this.states.map(({ waits }) => waits);
  }

  begin(simulation: Simulation): void {
    this.simulation = simulation;
    for (const [reader, { plan }] of this.states.entries()) {
      simulation.at(plan.begins, () => {
        this.readers.add(reader);
        this.beginPart(reader);
      });
    }
  }

  arrived(piece: number): void {
    this.held.add(piece);
    for (const [reader, { at, waitingSince }] of this.states.entries()) {
      if (waitingSince !== null && at === piece) this.take(reader);
    }
    this.makeRoom();
  }

  private beginPart(reader: number): void {
    const state = this.stateOf(reader);
    const [from, end] = state.plan.parts[state.part] ?? [0, 0];
    state.at = from;
    this.readers.begin(reader, from * MIB, end * MIB);
    this.want(reader);
  }

  /** It has read all before `at`, and wants the piece there. */
  private want(reader: number): void {
    const state = this.stateOf(reader);
    this.demand.set(this.readers.windows(), this.film.pieces);
    state.waitingSince = this.now;
    this.simulation?.demandChanged();
    if (this.held.has(state.at) && state.waitingSince !== null) this.take(reader);
  }

  private take(reader: number): void {
    const state = this.stateOf(reader);
    const { plan, waits, waitingSince, at } = state;
    const [from, end] = plan.parts[state.part] ?? [0, 0];
    (at === from ? waits.first : waits.later).push(this.now - (waitingSince ?? this.now));
    state.waitingSince = null;
    this.simulation?.after(MIB / plan.rate, () => {
      state.at += 1;
      this.readers.advance(reader, state.at * MIB);
      if (state.at < end) return this.want(reader);
      state.part += 1;
      if (state.part < plan.parts.length) return this.beginPart(reader);
      state.done = true;
      this.readers.end(reader);
      this.demand.set(this.readers.windows(), this.film.pieces);
      this.simulation?.demandChanged();
    });
  }

  private makeRoom(): void {
    const { kept } = this.film;
    if (kept === undefined) return;
    for (const piece of this.held) {
      if (this.held.size <= kept) return;
      if (this.demand.wants(piece) || this.simulation?.scheduler.evict(piece) !== true) continue;
      this.held.delete(piece);
      this.simulation.scheduler.pieceChecked(piece, false);
    }
  }

  private stateOf(reader: number): ReaderState {
    const state = this.states[reader];
    if (!state) throw new Error(`there is no reader ${reader}`);
    return state;
  }

  private get now(): number {
    return this.simulation?.now ?? 0;
  }
}

/** Reads once over these links. Throws when a reader waits for ever, or the scheduler is inconsistent. */
export function simulateReaders(film: Film, seed: number): Outcome & { readonly waits: readonly Waits[] } {
  const readers = new SimulatedReaders(film);
  const mix = { pieces: film.pieces, pieceBytes: MIB, links: film.links };
  const simulation = new Simulation(mix, seeded(seed), true, readers);
  readers.begin(simulation);
  return { ...simulation.run(), waits: readers.waits };
}
