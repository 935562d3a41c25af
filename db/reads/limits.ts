/** Row limits of queries. */

/** Maximum of the count of new posts; the web app shows "99+". */
export const NEW_POSTS_COUNT_MAX = 100;
/** Rows of the mention picker. */
export const HANDLE_SUGGESTIONS_MAX = 8;
/** Rows of the people picker. */
export const PEOPLE_SEARCH_MAX = 20;
/** Maximum of the count of followed accounts that follow a stranger. */
export const FOLLOWED_BY_COUNT_MAX = 100;
