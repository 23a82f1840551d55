import { StateBadge } from "../../../parts/state-badge.tsx";
import { useFormat, useText } from "../../../text/language-context.ts";
import type { HoldersMatrix, MatrixCell, MatrixRow } from "./holders-matrix.ts";

/** A row for each file, a column for each server. */
export function HoldersGrid({ matrix, servers }: { readonly matrix: HoldersMatrix; readonly servers: number }) {
  const words = useText().servers;
  const format = useFormat();
  const { columns, more, rows } = matrix;
  return (
    <>
      <div class="holders-frame">
        <table class="holders-grid">
          <caption class="only-spoken">{words.holders}</caption>
          <thead>
            <tr>
              <th scope="col">{words.holdersFile}</th>
              {columns.map((number) => (
                <th key={number} scope="col" class="holders-column">
                  <span class="only-spoken">{words.name(format.number(number))}</span>
                </th>
              ))}
              <th scope="col" class="number">
                {words.holdersColumn}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <HoldersRow key={row.name} row={row} columns={columns} servers={servers} />
            ))}
          </tbody>
        </table>
      </div>
      {more > 0 && <p class="section-end">{words.holdersMore(more, format.number(more))}</p>}
    </>
  );
}

function HoldersRow(props: { readonly row: MatrixRow; readonly columns: readonly number[]; readonly servers: number }) {
  const { row, columns, servers } = props;
  const words = useText().servers;
  const format = useFormat();
  const { name, cells, holders } = row;
  return (
    <tr>
      <th scope="row" dir="auto">
        {name}
      </th>
      {columns.map((number, index) => (
        <HoldersCell key={number} number={number} cell={cells[index] ?? null} />
      ))}
      <td class="number">
        {holders === 0 && <StateBadge tone="bad">{words.holdersNoneLeft}</StateBadge>}
        {holders === 1 && servers > 1 && <StateBadge tone="warning">{words.holdersOnly}</StateBadge>}
        {(holders > 1 || servers === 1) && words.holdersCount(format.number(holders), format.number(servers))}
      </td>
    </tr>
  );
}

function HoldersCell({ number, cell }: { readonly number: number; readonly cell: MatrixCell }) {
  const words = useText().servers;
  const format = useFormat();
  const kind = cell === null ? "unknown" : cell ? "held" : "absent";
  const spoken = { unknown: words.holdersUnknown, held: words.holdersHeld, absent: words.holdersAbsent }[kind];
  return (
    <td class="holders-column">
      <span class={`holders-mark holders-${kind}`} aria-hidden="true">
        {format.number(number)}
      </span>
      <span class="only-spoken">{spoken}</span>
    </td>
  );
}
