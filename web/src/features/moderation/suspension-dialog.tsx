import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { SUSPENSION_REASON_MAX_CHARS } from "../../../../party/protocol/limits.ts";
import { errorText } from "../../api/error-text.ts";
import { useLocale, useT } from "../../i18n/index.ts";
import type { Person } from "../../realtime/views.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { FormError } from "../../ui/form/form-error.tsx";
import { TextArea } from "../../ui/form/text-area.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { toast } from "../../ui/toast.tsx";
import { suspensionQuery, useSetSuspension } from "./suspension.queries.ts";

/** Suspends an account or ends its suspension, with a reason for the audit log. For moderators. */
export default function SuspensionDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const t = useT();
  const locale = useLocale();
  const { data: current, error: readError, refetch } = useQuery(suspensionQuery(person.handle));
  const change = useSetSuspension(person.handle);
  const [reason, setReason] = useState("");
  const [isChecked, setChecked] = useState(false);
  const isSuspended = current?.isSuspended ?? false;
  const reasonError = isChecked && reason.trim() === "" ? t.profiles.reasonMissing : null;
  const submit = () => {
    setChecked(true);
    if (reason.trim() === "" || reason.length > SUSPENSION_REASON_MAX_CHARS || change.isPending) return;
    change.mutate(
      { isSuspended: !isSuspended, reason: reason.trim() },
      {
        onSuccess: (answer) => {
          const text = answer.isSuspended ? t.profiles.suspended : t.profiles.unsuspended;
          toast({ text: text(person.handle), tone: "good" });
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      title={(isSuspended ? t.profiles.unsuspendTitle : t.profiles.suspendTitle)(person.handle)}
      onClose={onClose}
      size="sm"
      footer={
        current ? (
          <>
            <Button variant="secondary" onClick={onClose}>
              {t.common.cancel}
            </Button>
            <Button variant={isSuspended ? "primary" : "danger"} pending={change.isPending} onClick={submit}>
              {isSuspended ? t.profiles.unsuspendConfirm : t.profiles.suspendConfirm}
            </Button>
          </>
        ) : null
      }
    >
      {readError ? (
        <ErrorState error={readError} onRetry={() => void refetch()} />
      ) : current ? (
        <div className="flex flex-col gap-4">
          <p className="text-muted">
            {isSuspended && current.at
              ? t.profiles.suspendedSince(
                  new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(new Date(current.at)),
                  current.actorHandle,
                  current.reason ?? "",
                )
              : t.profiles.suspendText}
          </p>
          <TextArea
            label={t.profiles.reason}
            hint={t.profiles.reasonHint}
            value={reason}
            maxLength={SUSPENSION_REASON_MAX_CHARS}
            error={reasonError}
            onChange={(event) => setReason(event.target.value)}
          />
          {change.error ? <FormError>{errorText(change.error, t)}</FormError> : null}
        </div>
      ) : (
        <Skeleton className="h-32" />
      )}
    </Dialog>
  );
}
