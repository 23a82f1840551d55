import { OrderDialog } from "../../parts/order/order-dialog.tsx";
import { usePage } from "../../store/page-context.ts";
import { isolated } from "../../text/isolated.ts";
import { useFormat, useText } from "../../text/language-context.ts";
import type { ShownKeptVersion } from "./kept-versions.ts";

/** Asks before a kept version is put back. */
export function RestoreDialog(props: {
  readonly version: ShownKeptVersion;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { version, onClose, onDone } = props;
  const words = useText().kept;
  const format = useFormat();
  const { api } = usePage();
  const { name, id, version: number, size, at } = version;
  return (
    <OrderDialog
      title={words.restoreTitle(isolated(name))}
      verb={words.restore}
      onClose={onClose}
      onDone={onDone}
      order={() => api.restore({ name, id, version: number })}
    >
      <p>{words.restoreWhich(format.bytes(size), format.date(at))}</p>
      <p>{words.restoreWhat}</p>
    </OrderDialog>
  );
}
