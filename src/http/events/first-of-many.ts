/** The first of what may be very many, and how many there were. */
export class FirstOfMany<T> {
  private items: T[] = [];
  private total = 0;

  constructor(private readonly most: number) {}

  add(item: T): void {
    this.total += 1;
    if (this.items.length < this.most) this.items.push(item);
  }

  /** `missed`: how many there were besides. Begins again with none. */
  drain(): { readonly first: readonly T[]; readonly missed: number } {
    const drained = { first: this.items, missed: this.total - this.items.length };
    this.items = [];
    this.total = 0;
    return drained;
  }
}
