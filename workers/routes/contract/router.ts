/** A router that responds to an invalid request with the common error envelope. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../context.ts";
import { ApiError } from "../../errors.ts";

export const newRouter = () =>
  new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const details = result.error.issues.map(({ path, code, message }) => ({ path, code, message }));
      throw new ApiError("VALIDATION_FAILED", { details });
    },
  });
