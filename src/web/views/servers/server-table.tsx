import { useState } from "preact/hooks";
import type { SecondaryAnswer } from "../../../http/api/central-answers.ts";
import type { Formats } from "../../format/formats.ts";
import { Button } from "../../parts/button.tsx";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { useRights } from "../../store/use-rights.ts";
import { useFormat, useText } from "../../text/language-context.ts";
import type { Text } from "../../text/text.ts";
import { CopiesCell } from "./cells/copies-cell.tsx";
import { FaultsCell } from "./cells/faults-cell.tsx";
import { RoomCell } from "./cells/room-cell.tsx";
import { ServerCell } from "./cells/server-cell.tsx";
import { StateCell } from "./cells/state-cell.tsx";
import { ForgetDialog } from "./forget-dialog.tsx";
import { sentOf } from "./server-totals.ts";
import "./server-table.css";

/** A row for each server. */
export function ServerTable({ secondaries }: { readonly secondaries: readonly SecondaryAnswer[] }) {
  const words = useText().servers;
  const format = useFormat();
  const { isAdmin } = useRights();
  const [forgetting, setForgetting] = useState<SecondaryAnswer | null>(null);
  const columns = columnsOf(words, format);
  // There is no column of actions where there is nothing to be done.
  const hasActions = isAdmin && secondaries.some(isForgettable);
  const actions: Column<SecondaryAnswer> = {
    key: "actions",
    title: words.columns.actions,
    isAction: true,
    show: (secondary) =>
      isForgettable(secondary) && (
        <Button label={words.forgetOf(format.number(secondary.number))} onPress={() => setForgetting(secondary)}>
          {words.forget}
        </Button>
      ),
  };
  return (
    <div class="server-table">
      <DataTable
        caption={words.list}
        columns={hasActions ? [...columns, actions] : columns}
        rows={secondaries}
        keyOf={({ number }) => number}
        hasFields
      />
      {forgetting && <ForgetDialog secondary={forgetting} onClose={() => setForgetting(null)} />}
    </div>
  );
}

/** One that is connected tells at once again what it has. */
function isForgettable({ state }: SecondaryAnswer): boolean {
  return state === "lost";
}

function columnsOf(words: Text["servers"], format: Formats): readonly Column<SecondaryAnswer>[] {
  const { columns } = words;
  const rate = (bytes: number | undefined) =>
    bytes === undefined ? <span class="cell-nothing">{words.unknown}</span> : format.rate(bytes);
  const sending = ({ rates }: SecondaryAnswer) => (rates ? sentOf(rates) : undefined);
  return [
    {
      key: "server",
      title: columns.server,
      sortedBy: ({ number }) => number,
      show: (secondary) => <ServerCell secondary={secondary} />,
    },
    {
      key: "state",
      title: columns.state,
      sortedBy: ({ state }) => words.states[state],
      show: (secondary) => <StateCell secondary={secondary} />,
    },
    {
      key: "files",
      title: columns.files,
      isNumber: true,
      sortedBy: ({ files }) => files,
      show: ({ files }) => format.number(files),
    },
    {
      key: "room",
      title: columns.room,
      sortedBy: ({ room }) => room?.free ?? -1,
      show: (secondary) => <RoomCell secondary={secondary} />,
    },
    { key: "sending", title: columns.sending, isNumber: true, show: (secondary) => rate(sending(secondary)) },
    { key: "receiving", title: columns.receiving, isNumber: true, show: ({ rates }) => rate(rates?.received) },
    {
      key: "copies",
      title: columns.copies,
      sortedBy: ({ copies }) => copies.bytes,
      show: (secondary) => <CopiesCell secondary={secondary} />,
    },
    {
      key: "faults",
      title: columns.faults,
      sortedBy: ({ accusations, repairs }) => accusations + (repairs?.damaged ?? 0),
      show: (secondary) => <FaultsCell secondary={secondary} />,
    },
  ];
}
