import { drainMicrotasks } from "bun:jsc";
import type { Cancel } from "../../../src/platform/clock.ts";
import { Agenda, type Event, type Recipient } from "./agenda.ts";
import { SeededRandom, seedFor } from "./random.ts";

/** Gets each line of what happens. `at`: simulated milliseconds. */
export type Trace = (at: number, who: string, text: string) => void;

/**
 * The heart of a simulation: its time, what is to happen, and chance. Between two events all promises that can go on go
 * on, so that a run depends on its seed alone.
 */
export class Simulation {
  /** Simulated milliseconds since the beginning. */
  now = 0;
  /** Events so far. */
  events = 0;
  private readonly agenda = new Agenda();
  private readonly observers: (() => void)[] = [];
  /** Whether the event that is being dealt with may change something. */
  private matters = true;

  constructor(
    readonly seed: number,
    private readonly writeTrace: Trace | null = null,
  ) {}

  /** Chance of one purpose, which depends on the seed and the purpose's name alone. */
  random(purpose: string): SeededRandom {
    return new SeededRandom(seedFor(this.seed, purpose));
  }

  after(delay: number, run: () => void): Cancel {
    const event = this.schedule(delay, run, null);
    return () => {
      event.run = null;
    };
  }

  /** Has something happen to somebody. What cancels it sets `run` of the event to null. */
  schedule(delay: number, run: () => void, to: Recipient | null): Event {
    return this.agenda.add(this.now + Math.max(0, delay), run, to);
  }

  /**
   * Looks at something at once, and then in such intervals, until a look says that it was the last one. Those before it must
   * change nothing: nobody is told of them.
   */
  poll(intervalMs: number, isLast: () => boolean): void {
    const look = () => {
      this.matters = isLast();
      if (!this.matters) this.schedule(intervalMs, look, null);
    };
    if (!isLast()) this.schedule(intervalMs, look, null);
  }

  /** Called after each event, when everything that it brought about at once has happened. Throws what is wrong. */
  observe(observer: () => void): void {
    this.observers.push(observer);
  }

  trace(who: string, text: string): void {
    this.writeTrace?.(this.now, who, text);
  }

  /** Whether lines of a trace are wanted: to be asked before a long one is put together. */
  get traced(): boolean {
    return this.writeTrace !== null;
  }

  /** Lets all happen that is due until `time`. To be called from no promise: microtasks could not run. */
  runUntil(time: number): void {
    drainMicrotasks();
    for (let next = this.agenda.peek(); next !== undefined && next.at <= time; next = this.agenda.peek()) {
      this.agenda.next();
      this.now = Math.max(this.now, next.at);
      this.events += 1;
      const { run, to } = next;
      if (run !== null) {
        this.matters = true;
        if (to === null) run();
        else to.receive(run);
        if (!this.matters) continue;
        drainMicrotasks();
      }
      for (const observer of this.observers) observer();
    }
    this.now = Math.max(this.now, time);
  }
}
