interface Waiter<Request, Result> {
  readonly question: Request;
  resolve(answer: Result): void;
  reject(error: unknown): void;
}

/** Puts questions that are asked in the same moment together, for whoever answers many more cheaply than one by one. */
export class Batcher<Question, Answer> {
  private waiting: Waiter<Question, Answer>[] = [];

  /** `answer` gives an answer for each question, in their order; it is asked at most `most` at once. */
  constructor(
    private readonly answer: (questions: readonly Question[]) => Promise<readonly Answer[]>,
    private readonly most: number,
  ) {}

  load(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      // At the end of the queue: behind all who are about to ask in this turn.
      if (this.waiting.length === 0) queueMicrotask(() => this.send());
      this.waiting.push({ question, resolve, reject });
      if (this.waiting.length === this.most) this.send();
    });
  }

  private send(): void {
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    this.answer(waiting.map(({ question }) => question)).then(
      (answers) => {
        for (const [index, { resolve }] of waiting.entries()) resolve(answers[index] as Answer);
      },
      (error: unknown) => {
        for (const { reject } of waiting) reject(error);
      },
    );
  }
}
