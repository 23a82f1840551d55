import type { PageClock } from "../../../api/page-clock.ts";
import { continueFrom, sampleOf } from "./medium.ts";
import { type PlaybackStep, PlaybackWatch } from "./playback-watch.ts";

/** What is to be seen: attempts by their numbers. */
export interface ShownElements {
  readonly current: number;
  /** It is to take the place of the current one; null: there is none. */
  readonly next: number | null;
  readonly gaveUp: boolean;
}

/** What an element tells of itself. */
export interface ElementEvents {
  mounted(element: HTMLMediaElement): void;
  unmounted(): void;
  failed(): void;
  /** It can play from where it is. */
  ready(): void;
}

/** The elements that fetch one file, of which one is seen. */
export class PlayerElements {
  private readonly elements = new Map<number, HTMLMediaElement>();
  private watch: PlaybackWatch;
  private shown: ShownElements = { current: 1, next: null, gaveUp: false };
  private last = 1;
  constructor(
    private readonly clock: Pick<PageClock, "wall">,
    private readonly show: (shown: ShownElements) => void,
    /** Seconds, where the next element begins: that of one that is seen no more. */
    private position = 0,
  ) {
    this.watch = new PlaybackWatch(clock.wall());
  }

  /** How far it has played, in seconds. */
  get playedTo(): number {
    const element = this.elements.get(this.shown.current);
    return element && element.readyState > 0 ? element.currentTime : this.position;
  }

  /** To be called a few times each second. */
  sample(): void {
    const element = this.elements.get(this.shown.current);
    if (!element || this.shown.gaveUp) return;
    // Nobody waits for more.
    if (element.paused && !element.error) return;
    const now = this.clock.wall();
    this.do(element.error ? this.watch.failed(now) : this.watch.update(sampleOf(element), now));
  }

  tryAgain(): void {
    this.last += 1;
    this.watch = new PlaybackWatch(this.clock.wall());
    this.become({ current: this.last, next: null, gaveUp: false });
  }

  eventsOf(attempt: number): ElementEvents {
    return {
      mounted: (element) => this.mounted(attempt, element),
      unmounted: () => void this.elements.delete(attempt),
      failed: () => this.failed(attempt),
      ready: () => this.ready(attempt),
    };
  }

  private mounted(attempt: number, element: HTMLMediaElement): void {
    this.elements.set(attempt, element);
    const before = this.elements.get(this.shown.current);
    if (before && before !== element) this.position = before.currentTime;
    if (this.position > 0) element.currentTime = this.position;
  }

  private failed(attempt: number): void {
    const now = this.clock.wall();
    if (attempt === this.shown.next) {
      this.become({ ...this.shown, next: null });
      this.do(this.watch.replacementFailed(now));
    } else if (attempt === this.shown.current) {
      this.position = this.elements.get(attempt)?.currentTime ?? this.position;
      this.do(this.watch.failed(now));
    }
  }

  private ready(attempt: number): void {
    if (attempt !== this.shown.next) return;
    const [shown, next] = [this.elements.get(this.shown.current), this.elements.get(attempt)];
    if (!next) return;
    if (shown) continueFrom(shown, next);
    this.watch.replaced(this.clock.wall());
    this.become({ current: attempt, next: null, gaveUp: false });
  }

  private do(step: PlaybackStep): void {
    if (step === "give up") {
      this.position = this.elements.get(this.shown.current)?.currentTime ?? this.position;
      this.become({ ...this.shown, next: null, gaveUp: true });
    }
    if (step !== "replace") return;
    this.last += 1;
    this.become({ ...this.shown, next: this.last });
  }

  private become(shown: ShownElements): void {
    this.shown = shown;
    this.show(shown);
  }
}
