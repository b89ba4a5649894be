/**
 * Import this before any module that makes schemas: zod would otherwise try `new Function`, which the pages'
 * Content-Security-Policy refuses and reports.
 */
import { z } from "zod";

z.config({ jitless: true });
