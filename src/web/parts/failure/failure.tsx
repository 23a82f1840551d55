import type { ApiFailure } from "../../api/api-result.ts";
import { useText } from "../../text/language-context.ts";
import { Button } from "../button.tsx";
import { Notice, ServerWords } from "../notice.tsx";

/** Why something could not be shown. `onRetry`: asks again. */
export function Failure({ failure, onRetry }: { readonly failure: ApiFailure; readonly onRetry: () => void }) {
  const words = useText().parts;
  return (
    <Notice kind="error" title={words.failed} action={<Button onPress={onRetry}>{words.tryAgain}</Button>}>
      <p>
        <FailureWords failure={failure} />
      </p>
    </Notice>
  );
}

/** What went wrong, in a sentence. */
export function FailureWords({ failure }: { readonly failure: ApiFailure }) {
  const words = useText().parts;
  switch (failure.kind) {
    case "unreachable":
      return <>{words.unreachable}</>;
    case "rights":
      return <>{words.rights}</>;
    default:
      return <ServerWords>{failure.message}</ServerWords>;
  }
}
