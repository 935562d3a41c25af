import { type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { queryClient } from "../api/query-client.ts";
import { meQuery, useSession } from "../features/session/session.queries.ts";
import { sessionHint } from "../features/session/session-hint.ts";
import { signInPath } from "../features/session/sign-in-path.ts";
import { prefetchPageTexts } from "../i18n/index.ts";
import { ErrorState } from "../ui/error-state.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { withPageTexts } from "./first-screen.ts";
import { MessagesFallback, PageFallback, PlainFallback } from "./page-fallback.tsx";
import { Shell } from "./shell/shell.tsx";

const loadLanding = () => import("../pages/landing.tsx");
const loadHome = () => import("../pages/home.tsx");

const Landing = lazy(withPageTexts(loadLanding));
const SignUp = lazy(withPageTexts(() => import("../pages/sign-up.tsx")));
const SignIn = lazy(withPageTexts(() => import("../pages/sign-in.tsx")));
const ForgotPassword = lazy(withPageTexts(() => import("../pages/forgot-password.tsx")));
const ResetPassword = lazy(withPageTexts(() => import("../pages/reset-password.tsx")));
const VerifyEmail = lazy(withPageTexts(() => import("../pages/verify-email.tsx")));
const Settings = lazy(withPageTexts(() => import("../pages/settings.tsx")));
const Mailbox = lazy(withPageTexts(() => import("../pages/mailbox.tsx")));
const NotFound = lazy(withPageTexts(() => import("../pages/not-found.tsx")));
const Home = lazy(loadHome);
const Post = lazy(withPageTexts(() => import("../pages/post.tsx")));
const Compose = lazy(withPageTexts(() => import("../pages/compose.tsx")));
const Profile = lazy(withPageTexts(() => import("../pages/profile.tsx")));
const Notifications = lazy(withPageTexts(() => import("../pages/notifications.tsx")));
const Messages = lazy(withPageTexts(() => import("../pages/messages.tsx")));
const Nearby = lazy(withPageTexts(() => import("../pages/nearby.tsx")));

const PROFILE_PATH = /^\/(?:@|%40)(?<handle>[A-Za-z0-9_]+)(?:\/(?<tab>followers|following))?\/?$/;

const MESSAGES_PATH = /^\/messages(?:\/(?<id>requests|[0-9a-f-]{36}))?\/?$/;

/** Requests what the first screen needs while the dictionary still loads: the session and the code of the front page. */
export function prefetchFirstScreen(): void {
  void queryClient.prefetchQuery(meQuery);
  if (location.pathname !== "/" || !sessionHint()) prefetchPageTexts();
  if (location.pathname !== "/") return;
  // A failure is shown when the page renders and requests the chunk again.
  const page: Promise<unknown> = sessionHint() ? loadHome() : loadLanding();
  page.catch(() => {});
}

/** The page of each path. Every page is a chunk of its own. */
export function Routes() {
  return (
    <Switch>
      <Route path="/">
        <HomeOrLanding />
      </Route>
      <Route path="/sign-up">{withoutShell(SignUp)}</Route>
      <Route path="/sign-in">{withoutShell(SignIn)}</Route>
      <Route path="/forgot-password">{withoutShell(ForgotPassword)}</Route>
      <Route path="/reset-password">{withoutShell(ResetPassword)}</Route>
      <Route path="/verify-email">{withoutShell(VerifyEmail)}</Route>
      <Route path="/settings">{inShell(<RequireSession page={Settings} />)}</Route>
      <Route path="/compose">{inShell(<RequireSession page={Compose} />)}</Route>
      <Route path="/notifications">{inShell(<RequireSession page={Notifications} />)}</Route>
      <Route path="/nearby">{inShell(<RequireSession page={Nearby} />)}</Route>
      <Route path={MESSAGES_PATH}>{({ id }) => <MessagesRoute id={id ?? null} />}</Route>
      <Route path="/mailbox">{inShell(<Mailbox />)}</Route>
      <Route path="/posts/:id">{({ id }) => inShell(<Post key={id} id={id} />)}</Route>
      <Route path={PROFILE_PATH}>
        {({ handle, tab }) =>
          inShell(<Profile key={handle} handle={(handle ?? "").toLowerCase()} tab={profileTab(tab)} />)
        }
      </Route>
      <Route>{inShell(<NotFound />)}</Route>
    </Switch>
  );
}

/** List and conversation are one page, so that neither is mounted again when another conversation is opened. */
function MessagesRoute({ id }: { id: string | null }) {
  const threadId = id === "requests" ? null : id;
  return (
    <Shell wide hasFooter={threadId !== null}>
      <PageBoundary boundary="messages" fallback={<MessagesFallback />}>
        <RequireSession page={Messages} />
      </PageBoundary>
    </Shell>
  );
}

function profileTab(tab: string | undefined): "posts" | "followers" | "following" {
  return tab === "followers" || tab === "following" ? tab : "posts";
}

/** The landing page for visitors, the feed for members. Until the session is known, the last visit decides. */
function HomeOrLanding() {
  const { me, isPending, likelySignedIn, error, refetch } = useSession();
  if (me) return inShell(<Home />);
  if (likelySignedIn && isPending) return inShell(<PageFallback />);
  if (likelySignedIn && error) return inShell(<ErrorState error={error} onRetry={() => void refetch()} />);
  return withoutShell(Landing);
}

/** A page for members: visitors are redirected to sign in and come back to it. */
function RequireSession({ page: MemberPage }: { page: ComponentType }) {
  const { me, isPending, error, refetch } = useSession();
  const [path] = useLocation();
  if (me) return <MemberPage />;
  if (isPending) return <PageFallback />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <Redirect to={signInPath(path + location.search)} replace />;
}

function inShell(page: ReactNode) {
  return (
    <Shell>
      <PageBoundary fallback={<PageFallback />}>{page}</PageBoundary>
    </Shell>
  );
}

function withoutShell(PlainPage: ComponentType) {
  return (
    <PageBoundary fallback={<PlainFallback />}>
      <PlainPage />
    </PageBoundary>
  );
}

function PageBoundary({
  fallback,
  boundary,
  children,
}: {
  fallback: ReactNode;
  /** The page is mounted again when this changes; the path when absent. */
  boundary?: string;
  children: ReactNode;
}) {
  const [path] = useLocation();
  return (
    <ErrorBoundary key={boundary ?? path}>
      <Suspense fallback={fallback}>{children}</Suspense>
    </ErrorBoundary>
  );
}
