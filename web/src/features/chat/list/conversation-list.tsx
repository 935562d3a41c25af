import {
  ArrowLeft,
  ChevronRight,
  MailQuestion,
  MapPin,
  MessageCircle,
  Search,
  SquarePen,
  X,
} from "lucide-react";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { IDS_MAX } from "../../../../../party/protocol/limits.ts";
import { useShortcut } from "../../../browser/shortcuts.ts";
import { useT } from "../../../i18n/index.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import { Button, IconButton } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { useInfiniteScroll } from "../../../ui/list/use-infinite-scroll.ts";
import { SkeletonRows } from "../../../ui/skeleton.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { usePresence } from "../../presence/use-presence.ts";
import type { ConversationList as List } from "../data/chat.types.ts";
import { useChatTotals } from "../data/unread-totals.ts";
import { partnerOf } from "../text/conversation-text.ts";
import { ConversationRow } from "./conversation-row.tsx";
import { MessageSearch } from "./message-search.tsx";

const SEARCH_MIN_CHARS = 2;

/** The account's conversations, newest first, with search, message requests and the button for a new one. */
export function ConversationList({
  list,
  meId,
  openId,
  onNew,
}: {
  list: List;
  meId: string;
  openId: string | null;
  onNew: () => void;
}) {
  const t = useChatT();
  const shell = useT().shell;
  const [text, setText] = useState("");
  const box = useRef<HTMLInputElement>(null);
  const { requests } = useChatTotals();
  const presence = usePresence(usePartnerIds(list, meId));
  const query = text.trim();
  const isSearching = query.length >= SEARCH_MIN_CHARS;
  useShortcut("/", t.keys.search, () => box.current?.focus());
  useShortcut("c", t.keys.newMessage, onNew);
  const clear = () => {
    setText("");
    box.current?.focus();
  };
  return (
    <>
      <ListHeader
        title={t.title}
        isBeside={openId !== null}
        actions={
          <>
            <Link
              href="/nearby"
              aria-label={shell.nearby}
              title={shell.nearby}
              className="touch inline-flex size-9 items-center justify-center rounded-full text-muted transition-colors duration-120 hover:bg-sunken hover:text-ink"
            >
              <MapPin size={20} strokeWidth={1.75} />
            </Link>
            <IconButton label={t.newMessage} onClick={onNew}>
              <SquarePen size={20} strokeWidth={1.75} />
            </IconButton>
          </>
        }
      >
        <search className="relative block px-4 pb-3">
          <Search
            size={18}
            strokeWidth={1.75}
            aria-hidden
            className="pointer-events-none absolute top-3 left-7 text-muted"
          />
          <input
            ref={box}
            type="search"
            aria-label={t.search}
            placeholder={t.search}
            value={text}
            maxLength={100}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape" && text) {
                event.preventDefault();
                setText("");
              }
            }}
            className="h-11 w-full rounded-full border border-line bg-surface pr-11 pl-10 text-base placeholder:text-muted hover:border-line-strong focus:border-accent focus:outline-2 focus:-outline-offset-1 focus:outline-accent [&::-webkit-search-cancel-button]:hidden"
          />
          {text ? (
            <IconButton label={t.searchClear} onClick={clear} className="absolute top-1 right-5">
              <X size={18} strokeWidth={1.75} />
            </IconButton>
          ) : null}
        </search>
      </ListHeader>
      {isSearching ? (
        <MessageSearch text={query} conversations={list.conversations} meId={meId} presence={presence} />
      ) : (
        <>
          {requests > 0 ? (
            <Link
              href="/messages/requests"
              data-item
              className="flex min-h-14 items-center gap-3 border-b border-line px-4 py-2.5 -outline-offset-2 transition-colors duration-120 hover:bg-surface"
            >
              <span
                aria-hidden
                className="inline-flex size-12 shrink-0 items-center justify-center rounded-full bg-accent-soft text-accent"
              >
                <MailQuestion size={22} strokeWidth={1.75} />
              </span>
              <span className="min-w-0 flex-1">
                <span className="block truncate font-semibold">{t.requests}</span>
                <span className="block truncate text-muted">{t.requestsCount(requests)}</span>
              </span>
              <ChevronRight size={20} strokeWidth={1.75} aria-hidden className="shrink-0 text-muted" />
            </Link>
          ) : null}
          <ConversationRows
            list={list}
            label={t.list}
            meId={meId}
            openId={openId}
            presence={presence}
            empty={
              <EmptyState
                icon={<MessageCircle size={26} strokeWidth={1.75} />}
                title={t.empty}
                text={t.emptyText}
                action={<Button onClick={onNew}>{t.emptyAction}</Button>}
              />
            }
          />
        </>
      )}
    </>
  );
}

/** Message requests: conversations of strangers that are not answered yet. */
export function RequestList({ list, meId, openId }: { list: List; meId: string; openId: string | null }) {
  const t = useChatT();
  const presence = usePresence(usePartnerIds(list, meId));
  return (
    <>
      <ListHeader title={t.requests} isBeside={openId !== null} back>
        <p className="px-4 pb-3 text-sm text-pretty text-muted">{t.requestsText}</p>
      </ListHeader>
      <ConversationRows
        list={list}
        label={t.requests}
        meId={meId}
        openId={openId}
        presence={presence}
        empty={
          <EmptyState
            icon={<MailQuestion size={26} strokeWidth={1.75} />}
            title={t.requestsEmpty}
            text={t.requestsEmptyText}
          />
        }
      />
    </>
  );
}

function ListHeader({
  title,
  isBeside,
  back = false,
  actions,
  children,
}: {
  title: string;
  /** True when an open conversation beside the list has the page's main heading. */
  isBeside: boolean;
  back?: boolean;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const t = useChatT();
  const Heading = isBeside ? "h2" : "h1";
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-ground pt-[env(safe-area-inset-top)]">
      <div className="flex min-h-14 items-center gap-2 pr-3 pl-4">
        {back ? (
          <Link
            href="/messages"
            aria-label={t.back}
            title={t.back}
            className="touch -ml-2 inline-flex size-9 items-center justify-center rounded-full text-muted hover:bg-sunken hover:text-ink"
          >
            <ArrowLeft size={20} strokeWidth={1.75} />
          </Link>
        ) : null}
        <Heading tabIndex={-1} className="min-w-0 flex-1 truncate text-lg font-bold">
          {title}
        </Heading>
        {actions}
      </div>
      {children}
    </header>
  );
}

function ConversationRows({
  list,
  label,
  meId,
  openId,
  presence,
  empty,
}: {
  list: List;
  label: string;
  meId: string;
  openId: string | null;
  presence: ReturnType<typeof usePresence>;
  empty: ReactNode;
}) {
  const t = useChatT();
  const { conversations, isPending, error, refetch, hasMore, isLoadingMore, loadMore } = list;
  const { lastItemRef } = useInfiniteScroll({ loadMore: async () => loadMore(), hasMore });
  if (isPending) return <SkeletonRows count={7} lines={1} />;
  if (error && conversations.length === 0) return <ErrorState error={error} onRetry={refetch} />;
  if (conversations.length === 0) return empty;
  return (
    <>
      <ul aria-label={label} aria-busy={isLoadingMore}>
        {conversations.map((conversation, index) => (
          <li key={conversation.id}>
            <ConversationRow
              conversation={conversation}
              meId={meId}
              presence={presence}
              isOpen={conversation.id === openId}
              ref={index === conversations.length - 1 ? lastItemRef : undefined}
            />
          </li>
        ))}
      </ul>
      {isLoadingMore ? (
        <div className="flex h-16 items-center justify-center text-muted">
          <Spinner label={t.loadingOlder} />
        </div>
      ) : error ? (
        <p role="alert" className="px-4 py-5 text-center text-muted">
          {t.loadFailed}{" "}
          <Button variant="secondary" size="sm" onClick={refetch}>
            {t.retrySend}
          </Button>
        </p>
      ) : null}
    </>
  );
}

/** The ids of the people whose presence the rows show. */
function usePartnerIds(list: List, meId: string): string[] {
  return useMemo(
    () =>
      list.conversations
        .map((conversation) => partnerOf(conversation, meId)?.id)
        .filter((id) => id !== undefined)
        .slice(0, IDS_MAX),
    [list.conversations, meId],
  );
}
