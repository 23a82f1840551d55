import type { SecondaryAnswer } from "../../../http/api/central-answers.ts";
import { OrderDialog } from "../../parts/order/order-dialog.tsx";
import { usePage } from "../../store/page-context.ts";
import { useFormat, useText } from "../../text/language-context.ts";

/** Asks before a server that is lost is forgotten. */
export function ForgetDialog(props: { readonly secondary: SecondaryAnswer; readonly onClose: () => void }) {
  const { secondary, onClose } = props;
  const words = useText().servers;
  const format = useFormat();
  const { api } = usePage();
  const { number, files } = secondary;
  return (
    <OrderDialog
      isDangerous
      title={words.forgetTitle(format.number(number))}
      verb={words.forget}
      onClose={onClose}
      order={() => api.forget(number)}
    >
      <p>{words.forgetWhat(files, format.number(files))}</p>
      <p>{words.forgetBack}</p>
    </OrderDialog>
  );
}
