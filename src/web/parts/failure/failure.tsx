import { type ApiFailure, mayPass } from "../../api/api-result.ts";
import { useStore } from "../../store/page-context.ts";
import { lacksCentral } from "../../store/page-state.ts";
import { useText } from "../../text/language-context.ts";
import { Button } from "../button.tsx";
import { Notice, ServerWords } from "../notice.tsx";

/** Why something could not be shown. `onRetry`: asks again, where that may help. */
export function Failure({ failure, onRetry }: { readonly failure: ApiFailure; readonly onRetry: () => void }) {
  const words = useText().parts;
  const again = <Button onPress={onRetry}>{words.tryAgain}</Button>;
  return (
    <Notice kind="error" title={words.failed} action={mayPass(failure) && again}>
      <p>
        <FailureWords failure={failure} />
      </p>
    </Notice>
  );
}

/** Of what is not there for now. */
const UNAVAILABLE = 503;

/** What went wrong, in a sentence. */
export function FailureWords({ failure }: { readonly failure: ApiFailure }) {
  const { parts: words, missing } = useText();
  const isWithoutCentral = useStore(lacksCentral);
  if (isWithoutCentral && failure.status === UNAVAILABLE) return <>{missing.central}</>;
  switch (failure.kind) {
    case "unreachable":
      return <>{words.unreachable}</>;
    case "rights":
      return <>{words.rights}</>;
    case "name":
      return <>{words.noName}</>;
    case "unexplained":
      return <>{words.unexplained(String(failure.status))}</>;
    default:
      return <ServerWords language={failure.language}>{failure.message}</ServerWords>;
  }
}
