import type { DetailedFileAnswer } from "../../../../http/api/central-answers.ts";
import { OrderDialog } from "../../../parts/order/order-dialog.tsx";
import { usePage } from "../../../store/page-context.ts";
import { isolated } from "../../../text/isolated.ts";
import { useFormat, useText } from "../../../text/language-context.ts";

/** Asks before a file is removed everywhere. */
export function RemoveDialog(props: {
  readonly file: Pick<DetailedFileAnswer, "name" | "size" | "holders">;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { file, onClose, onDone } = props;
  const { name, size, holders } = file;
  const words = useText().removal;
  const format = useFormat();
  const { api } = usePage();
  return (
    <OrderDialog
      isDangerous
      title={words.title(isolated(name))}
      verb={words.verb}
      onClose={onClose}
      onDone={onDone}
      order={() => api.remove(name)}
    >
      <p>{words.what(format.bytes(size), holders, format.number(holders))}</p>
      <p>{words.later}</p>
      <p>{words.kept}</p>
    </OrderDialog>
  );
}
