import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RouteTemplateError } from "../../../local/host/route-constraints.ts";
import { RouteTable } from "../../../local/host/route-table.ts";
import { parseRouteTemplate } from "../../../local/host/route-template.ts";

function match(template: string, path: string): Readonly<Record<string, string>> | null {
  const routes = new RouteTable<string>();
  routes.add(template, null, template);
  return routes.match("GET", path)?.values ?? null;
}

describe("constraints", () => {
  it.each([
    ["int", ["0", "-7", "+2147483647"], ["2147483648", "1.5", "x", "1e3"]],
    ["long", ["9223372036854775807"], ["9223372036854775808", "a"]],
    ["bool", ["true", "FALSE"], ["1", "yes"]],
    ["double", ["1", "-1.5", ".5", "1e9"], ["x", "1.2.3"]],
    ["alpha", ["abc", "XyZ"], ["a1", "é"]],
    ["length(3)", ["abc"], ["ab", "abcd"]],
    ["length(2,3)", ["ab", "abc"], ["a", "abcd"]],
    ["minlength(2)", ["ab", "abc"], ["a"]],
    ["maxlength(2)", ["a", "ab"], ["abc"]],
    ["min(5)", ["5", "600"], ["4", "x"]],
    ["max(5)", ["5", "-600"], ["6", "x"]],
    ["range(1,10)", ["1", "10"], ["0", "11", "x"]],
    ["min(2):max(3)", ["2", "3"], ["1", "4"]],
    [String.raw`regex(^\d{{3}}(-x)?$)`, ["123", "123-X"], ["12", "1234"]],
    [
      "guid",
      ["6f9619ff-8b86-d011-b42d-00cf4fc964ff", "6F9619FF8B86D011B42D00CF4FC964FF"],
      ["6f9619ff-8b86-d011-b42d-00cf4fc964f", "6f9619ff8-b86-d011-b42d-00cf4fc964ff", "x"],
    ],
  ])("%s", (constraint, accepted, refused) => {
    const accepts = (value: string): boolean => match(`{v:${constraint}}`, `/${value}`)?.["v"] === value;
    expect(accepted.filter(accepts)).toEqual(accepted);
    expect(refused.filter(accepts)).toEqual([]);
  });
});

describe("templates", () => {
  it.each([
    ["{id}", "/", null],
    ["{id?}", "/", {}],
    ["{id:int?}", "/x", null],
    ["{ignored:maxlength(0)?}", "/", {}],
    ["{ignored:maxlength(0)?}", "/x", null],
    ["a/{b=7}", "/a", { b: "7" }],
    ["a/{*rest}", "/a", {}],
    ["a/{**rest}", "/a/b//c", { rest: "b//c" }],
    ["a/{b}/c", "/a//c", null],
    ["a/{b}", "/a/b/c", null],
    ["report-{year:int}.{kind}", "/report-2026.pdf", { year: "2026", kind: "pdf" }],
    ["{a}-{b}", "/x-y-z", { a: "x-y", b: "z" }],
    ["a{{b}}", "/a{b}", {}],
  ])("matches %s with %s", (template, path, values) => {
    expect(match(template, path)).toEqual(values);
  });

  it.each([
    "/a",
    "a//b",
    "{a}/{A}",
    "{*rest}/b",
    "{a}{b}",
    "x-{a?}",
    "{a",
    "a}",
    "{}",
    "{a:unknown}",
    "{a:length}",
    "{a:min(x)}",
    "{a:regex(()}",
    "{a=1?}",
  ])("refuses %s", (template) => {
    expect(() => parseRouteTemplate(template)).toThrow(RouteTemplateError);
  });
});

// Property tests: any template made of literals and parameters finds what was put into it.
const word = fc.stringMatching(/^[a-zA-Z0-9_.-]{1,8}$/).filter((text) => !/^\.{1,2}$/.test(text));
const value = fc.string({ unit: "binary", minLength: 1, maxLength: 8 }).filter((text) => {
  // A dot segment never reaches a server; an encoded slash stays encoded by design.
  return Buffer.from(text).toString() === text && !text.includes("/") && !/^\.{1,2}$/.test(text);
});
const segment = fc.oneof(
  word.map((text) => ({ template: text, path: text, value: undefined })),
  value.map((text) => ({ template: "{?}", path: encodeURIComponent(text), value: text })),
);

describe("any template", () => {
  it("reads back the values that a path was made of", () => {
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
        const template = segments.map((part, i) => part.template.replace("?", `p${i}`)).join("/");
        const expected = Object.fromEntries(
          segments.flatMap((part, i) => (part.value === undefined ? [] : [[`p${i}`, part.value]])),
        );
        expect(match(template, `/${segments.map((part) => part.path).join("/")}`)).toEqual(expected);
      }),
    );
  });

  it("does not match a path that is one segment longer", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), word, (words, extra) => {
        expect(match(words.join("/"), `/${[...words, extra].join("/")}`)).toBeNull();
      }),
    );
  });

  it("never throws while matching, whatever the path", () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        const found = match("a/{b:int}/{*rest}", `/${path}`);
        expect(found === null || typeof found === "object").toBe(true);
      }),
    );
  });

  it("prefers literal to constrained to plain to catch-all, in whatever order they were added", () => {
    const templates = ["x/5", "x/{n:int}", "x/{name}", "x/{*rest}"];
    fc.assert(
      fc.property(fc.shuffledSubarray(templates, { minLength: 1 }), (chosen) => {
        const routes = new RouteTable<string>();
        for (const template of chosen) routes.add(template, null, template);
        const best = templates.find((template) => chosen.includes(template));
        expect(routes.match("GET", "/x/5")?.target).toBe(best);
      }),
    );
  });
});
