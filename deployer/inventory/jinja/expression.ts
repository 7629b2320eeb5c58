/** An expression of the supported subset of Jinja. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: string | bigint | number | boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  /** `lookup('env', of)` */
  | { readonly kind: 'env'; readonly of: Expression }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  /** `of.key` (dotted) or `of[key]`. */
  | {
      readonly kind: 'item';
      readonly of: Expression;
      readonly key: Expression;
      readonly dotted: boolean;
    }
  | {
      readonly kind: 'filter';
      readonly of: Expression;
      readonly name: string;
      readonly positional: readonly Expression[];
      readonly named: ReadonlyMap<string, Expression>;
    }
  /** `of is defined`, `of is not defined`. */
  | { readonly kind: 'defined'; readonly of: Expression; readonly expected: boolean }
  | {
      readonly kind: 'binary';
      readonly operator: '+' | '~' | '==' | '!=' | 'in' | 'not in' | 'and' | 'or';
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'not'; readonly of: Expression }
  /** `yes if test else no`. */
  | {
      readonly kind: 'choice';
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression | undefined;
    };
