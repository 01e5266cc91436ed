import type { ComponentProps, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { PageTitle } from '../components/PageTitle';
import { Schedule } from '../components/Schedule';
import { today } from '../format/dates';
import { groupDigits, parsePercent, parseRupiah } from '../format/money';
import { type Quote, quote } from '../loans/quote';
import { MAX_MONTHS, METHODS, type Terms } from '../loans/schedule';

const UNITS = [0, 2, 3, 4];
const FIELDS = ['principal', 'rate', 'months', 'method', 'grace', 'unit', 'fee', 'from'] as const;
type Field = (typeof FIELDS)[number];
type Draft = Record<Field, string>;

/** What is asked for stands in the address, so that a preview can be sent to somebody. */
export function LoanPreviewPage() {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const draft = draftOf(query);
  return (
    <>
      <PageTitle title={t('preview.title')} lead={t('preview.lead')} />
      <form
        key={query.toString()}
        action={(form) => setQuery(Object.fromEntries(FIELDS.map((name) => [name, String(form.get(name))])))}
        className="row g-3 align-items-end mb-4"
      >
        <TermsFields draft={draft} />
        <div className="col-12">
          <button type="submit" className="btn btn-primary">
            {t('preview.show')}
          </button>
        </div>
      </form>
      {query.size > 0 && <Preview draft={draft} />}
    </>
  );
}

function Preview({ draft }: { readonly draft: Draft }) {
  const { t } = useTranslation();
  const found = quoteOf(draft);
  if (found) return <Schedule quote={found} />;
  return (
    <p role="alert" className="alert alert-warning">
      {t('preview.invalid')}
    </p>
  );
}

function TermsFields({ draft }: { readonly draft: Draft }) {
  const { t } = useTranslation();
  const money = { inputMode: 'numeric', pattern: '[0-9]+', title: t('preview.principalHint') } as const;
  const percent = { inputMode: 'decimal', pattern: '[0-9]{1,2}([.,][0-9]{1,2})?', title: t('preview.rateHint') } as const;
  return (
    <>
      <Labelled name="principal">
        <Input name="principal" draft={draft} {...money} />
      </Labelled>
      <Labelled name="rate">
        <Input name="rate" draft={draft} {...percent} />
      </Labelled>
      <Labelled name="months">
        <Input name="months" draft={draft} type="number" min={1} max={MAX_MONTHS} />
      </Labelled>
      <Labelled name="method">
        <select id="method" name="method" className="form-select" defaultValue={draft.method}>
          {METHODS.map((method) => (
            <option key={method} value={method}>
              {t(`method.${method}`)}
            </option>
          ))}
        </select>
      </Labelled>
      <Labelled name="grace">
        <Input name="grace" draft={draft} type="number" min={0} max={MAX_MONTHS - 1} />
      </Labelled>
      <Labelled name="unit">
        <select id="unit" name="unit" className="form-select" defaultValue={draft.unit}>
          {UNITS.map((unit) => (
            <option key={unit} value={unit}>
              Rp {groupDigits(10n ** BigInt(unit))}
            </option>
          ))}
        </select>
      </Labelled>
      <Labelled name="fee">
        <Input name="fee" draft={draft} {...money} />
      </Labelled>
      <Labelled name="from">
        <Input name="from" draft={draft} type="date" />
      </Labelled>
    </>
  );
}

function Labelled({ name, children }: { readonly name: Field; readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="col-6 col-md-3">
      <label className="form-label small mb-1" htmlFor={name}>
        {t(`preview.${name}`)}
      </label>
      {children}
    </div>
  );
}

interface InputProps extends ComponentProps<'input'> {
  readonly name: Field;
  readonly draft: Draft;
}

function Input({ name, draft, ...rest }: InputProps) {
  return <input id={name} name={name} required className="form-control" defaultValue={draft[name]} {...rest} />;
}

function draftOf(query: URLSearchParams): Draft {
  const usual: Draft = {
    principal: '12000000',
    rate: '12',
    months: '12',
    method: 'ANNUITY',
    grace: '0',
    unit: '0',
    fee: '0',
    from: today(),
  };
  return Object.fromEntries(FIELDS.map((name) => [name, query.get(name) ?? usual[name]])) as Draft;
}

/** What a draft comes to; nothing if no loan can be like that. */
function quoteOf(draft: Draft): Quote | undefined {
  try {
    return quote(termsOf(draft), parseRupiah(draft.fee));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The terms that a draft asks for; RangeError on what is no number, day or method. */
function termsOf(draft: Draft): Terms {
  const method = METHODS.find((each) => each === draft.method);
  if (!method) throw new RangeError(`${draft.method} is no method`);
  return {
    principal: parseRupiah(draft.principal),
    rateBps: parsePercent(draft.rate),
    months: Number(draft.months),
    method,
    graceMonths: Number(draft.grace),
    roundingExponent: Number(draft.unit),
    disbursedOn: draft.from,
  };
}
