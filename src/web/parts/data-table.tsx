import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useText } from "../text/language-context.ts";
import { Icon } from "./icon.tsx";
import "./data-table.css";
import "./data-table-fields.css";

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  /** Numbers stand on the right, one under the other. */
  readonly isNumber?: boolean;
  /** What can be done with a row: that says itself what it is. */
  readonly isAction?: boolean;
  /** What rows are ordered by; without it the column orders nothing. */
  readonly sortedBy?: (row: T) => number | string;
  show(row: T): ComponentChildren;
}

export interface SortOrder {
  readonly key: string;
  readonly descending: boolean;
}

/**
 * A table of some hundreds of rows at most. Where there is little room each row has two lines: its first column, and the
 * others; with `hasFields` each of the others has a line.
 */
export function DataTable<T>(props: {
  /** What the table is of, for those who do not see what it stands beside. */
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string | number;
  readonly hasFields?: boolean;
  /** The order in which the rows come, where somebody else orders them; and what another order is wanted from. */
  readonly ordered?: { readonly order: SortOrder; readonly onOrder: (order: SortOrder) => void };
}) {
  const { caption, columns, rows, keyOf, hasFields = false, ordered } = props;
  const [chosen, setChosen] = useState<SortOrder | null>(null);
  const order = ordered?.order ?? chosen;
  const press = (key: string) => {
    const next = { key, descending: order?.key === key && !order.descending };
    if (ordered) ordered.onOrder(next);
    else setChosen(next);
  };
  return (
    <div class="data-table-frame">
      <table class={hasFields ? "data-table data-table-fields" : "data-table"}>
        <caption class="only-spoken">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeaderCell key={column.key} column={column} order={order} onPress={press} />
            ))}
          </tr>
        </thead>
        <tbody>
          {(ordered ? rows : sortRows(rows, columns, order)).map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ key, title, isNumber = false, isAction = false, show }) => (
                <td key={key} class={isNumber ? "number" : ""} data-title={isAction ? undefined : title}>
                  {show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HeaderCell<T>(props: {
  readonly column: Column<T>;
  readonly order: SortOrder | null;
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

function sortRows<T>(rows: readonly T[], columns: readonly Column<T>[], order: SortOrder | null): readonly T[] {
  const sortedBy = columns.find(({ key }) => key === order?.key)?.sortedBy;
  if (!sortedBy) return rows;
  const sign = order?.descending ? -1 : 1;
  return rows.toSorted((one, other) => sign * compare(sortedBy(one), sortedBy(other)));
}

function compare(one: number | string, other: number | string): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other), undefined, { numeric: true });
}
