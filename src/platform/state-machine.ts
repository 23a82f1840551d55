/** For each state, the states that may follow it. */
export type Transitions<State extends string> = Readonly<Record<State, readonly State[]>>;

/**
 * The one variable that says where an object is in its life. A step that the table does not allow is a defect of the
 * program, so it throws.
 */
export class StateMachine<State extends string> {
  /** `subject` begins the text of the error: "a download". */
  constructor(
    private readonly subject: string,
    private readonly transitions: Transitions<State>,
    private current: State,
  ) {}

  get state(): State {
    return this.current;
  }

  /** Whether one of these is the state. */
  is(...states: readonly State[]): boolean {
    return states.includes(this.current);
  }

  become(next: State): void {
    this.current = nextState(this.subject, this.transitions, this.current, next);
  }
}

/** Gives `next`, and throws where the table does not allow it. For objects of which there are too many for a machine each. */
export function nextState<State extends string>(
  subject: string,
  transitions: Transitions<State>,
  current: State,
  next: State,
): State {
  if (!transitions[current].includes(next)) throw new Error(`${subject} cannot go from ${current} to ${next}`);
  return next;
}
