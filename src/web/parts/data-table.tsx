import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useText } from "../text/language-context.ts";
import { Icon } from "./icon.tsx";
import "./data-table.css";

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  /** Numbers stand on the right, one under the other. */
  readonly isNumber?: boolean;
  /** What rows are ordered by; without it the column orders nothing. */
  readonly sortedBy?: (row: T) => number | string;
  show(row: T): ComponentChildren;
}

interface Order {
  readonly key: string;
  readonly descending: boolean;
}

/** A table of some hundreds of rows at most. Where there is little room each row has two lines: its first column, and the others. */
export function DataTable<T>(props: {
  /** What the table is of, for those who do not see what it stands beside. */
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string | number;
}) {
  const { caption, columns, rows, keyOf } = props;
  const [order, setOrder] = useState<Order | null>(null);
  const press = (key: string) => {
    setOrder((before) => ({ key, descending: before?.key === key && !before.descending }));
  };
  return (
    <table class="data-table">
      <caption class="only-spoken">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <HeaderCell key={column.key} column={column} order={order} onPress={press} />
          ))}
        </tr>
      </thead>
      <tbody>
        {sortRows(rows, columns, order).map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ key, title, isNumber = false, show }) => (
              <td key={key} class={isNumber ? "number" : ""} data-title={title}>
                {show(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function HeaderCell<T>(props: {
  readonly column: Column<T>;
  readonly order: Order | null;
  readonly onPress: (key: string) => void;
}) {
  const { column, order, onPress } = props;
  const { key, title, isNumber = false, sortedBy } = column;
  const words = useText().parts;
  const isOrdered = order?.key === key;
  const direction = order?.descending ? "descending" : "ascending";
  return (
    <th scope="col" class={isNumber ? "number" : ""} aria-sort={isOrdered ? direction : undefined}>
      {sortedBy ? (
        <button type="button" class="sort-button" onClick={() => onPress(key)}>
          {title}
          {isOrdered && <Icon name={order.descending ? "down" : "up"} />}
          {isOrdered && (
            <span class="only-spoken">{order.descending ? words.sortDescending : words.sortAscending}</span>
          )}
        </button>
      ) : (
        title
      )}
    </th>
  );
}

function sortRows<T>(rows: readonly T[], columns: readonly Column<T>[], order: Order | null): readonly T[] {
  const sortedBy = columns.find(({ key }) => key === order?.key)?.sortedBy;
  if (!sortedBy) return rows;
  const sign = order?.descending ? -1 : 1;
  return rows.toSorted((one, other) => sign * compare(sortedBy(one), sortedBy(other)));
}

function compare(one: number | string, other: number | string): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other), undefined, { numeric: true });
}
