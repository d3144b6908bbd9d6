package provider_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/program"
	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// sweepStep is which of the values an attribute gets in sets other than the one that
// sweeps it: one of so many.
const sweepStep = 64

// sweepShare is how many values there are for each that is tried. A sweep tries one value after
// the other, which the race detector makes four times as slow: `make test` runs the whole of
// each sweep without it.
func sweepShare() int {
	const share = 8
	if clitest.Raced() {
		return share
	}
	return 1
}

// sampled returns the values that are tried.
func sampled(values []any) []any {
	var some []any
	for i := 0; i < len(values); i += sweepShare() {
		some = append(some, values[i])
	}
	return some
}

// longestDetail is how long an error may be, in bytes.
const longestDetail = 4000

// sweepTexts are the texts that each attribute gets after its valid one.
func sweepTexts(base any) []any {
	texts := []any{
		nil,
		unknown{},
		"", " ", "\n", "\ufeff", "\u200b", "\u00a0", "\u202e", "\x00", "\u009b", "Zoë", "{", "{token}", "{x}",
		"-----BEGIN PRIVATE KEY-----\nfake\n-----END PRIVATE KEY-----\n", "-----BEGIN CERTIFICATE-----\nfake\n-----END CERTIFICATE-----\n",
	}
	if base, ok := base.(string); ok {
		for _, around := range []string{"%s\n", "%s\r\n", "\ufeff%s", "%s\u200b", " %s", "%[1]s\n%[1]s"} {
			texts = append(texts, fmt.Sprintf(around, base))
		}
	}
	return texts
}

// sweepValues are the values that an attribute of a type gets.
func sweepValues(typ tftypes.Type, base any) []any {
	values := []any{nil, unknown{}}
	if isNumbers(typ) {
		return append(values, []any{}, []any{nil}, []any{unknown{}}, []any{-1}, []any{0, float64(1 << 40)}, []any{200, 200}, []any{302, unknown{}}, []any{302.5})
	}
	switch typ.(type) {
	case tftypes.Map:
		entries, _ := base.(object)
		for _, entry := range []object{{}, {"": "a"}, {"a\n": "a"}, {"a": "b", "A": "b"}} {
			values = append(values, object{}.and(entries).and(entry))
		}
		values = append(values, object{})
		for _, text := range sweepTexts("fake-text") {
			values = append(values, object{}.and(entries).and(object{"x-z": text}))
		}
	case tftypes.List, tftypes.Set:
		values = append(values, []any{}, []any{"a", "b", "a b"})
		for _, text := range sweepTexts("fake-text") {
			values = append(values, []any{text})
		}
	case tftypes.Object:
		values = append(values, object{})
	default:
		switch {
		case typ.Is(tftypes.Bool):
			values = append(values, true, false)
		case typ.Is(tftypes.Number):
			values = append(values, -1, 0, 20, 21, float64(1<<40))
		default:
			return sweepTexts(base)
		}
	}
	return values
}

// isNumbers reports whether a type is a list of numbers.
func isNumbers(typ tftypes.Type) bool {
	list, ok := typ.(tftypes.List)
	return ok && list.ElementType.Is(tftypes.Number)
}

// sweepLarge is a value of 16 KiB for an attribute of a type; nil if it has none.
func sweepLarge(typ tftypes.Type, base any) any {
	entries, _ := base.(object)
	if isNumbers(typ) {
		return nil
	}
	large := strings.Repeat("[é\n", 1<<12)
	switch typ.(type) {
	case tftypes.Map:
		return object{large: large}.and(entries)
	case tftypes.List, tftypes.Set:
		return []any{large}
	}
	if typ.Is(tftypes.String) {
		return large
	}
	return nil
}

// sweeper is a provider without a network, and what was tried with it.
type sweeper struct {
	*plugin
	block   object // the base
	service string
	tried   int
}

// sweep runs a test for a valid provider block and the inputs of a reference.
func sweep(t *testing.T, schema *tfprotov6.GetProviderSchemaResponse, block object, test func(s *sweeper)) (tried int) {
	t.Helper()
	service := slices.DeleteFunc(slices.Collect(maps.Keys(block)), func(name string) bool { return name == "transport" })[0]
	synctest.Test(t, func(t *testing.T) {
		s := &sweeper{block: block, service: service}
		s.plugin = &plugin{t: t, schema: schema, server: provider.NewTestServer(func(r *token.Runtime) {
			r.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no network") }
			r.Getenv = func(string) string { return "" }
			r.Program = func(context.Context, []string, []byte, time.Duration) ([]byte, error) {
				return nil, &program.Error{Problem: program.NotFound}
			}
		})}
		if diags := s.configure(block); len(diags) > 0 {
			t.Fatalf("the base is not valid: %s", say(diags))
		}
		test(s)
		tried = s.tried
	})
	return tried
}

// try gives a provider block and inputs to the provider and checks the diagnostics.
// most is how many errors there may be. It returns the diagnostics of the block.
func (s *sweeper) try(what string, block, inputs object, most int) (ofBlock []*tfprotov6.Diagnostic) {
	s.t.Helper()
	s.tried++
	ofBlock = s.configure(block)
	diags := slices.Clone(ofBlock)
	if !hasError(diags) {
		_, more := s.ask(s.t.Context(), kinds()[s.tried%len(kinds())], s.service, inputs)
		diags, most = append(diags, more...), max(most, 1)
	}
	failed := 0
	for _, diag := range diags {
		if diag.Severity == tfprotov6.DiagnosticSeverityError {
			failed++
		}
		s.checkClear(what, diag)
	}
	if failed > most {
		s.t.Errorf("%s: %d errors, want at most %d:\n%.3000s", what, failed, most, say(diags))
	}
	return ofBlock
}

// tryOne gives an attribute of the block another value. An error must be there, or at
// an attribute beside it and name it.
func (s *sweeper) tryOne(k knob, what string, value any, most int) {
	s.t.Helper()
	for _, diag := range s.try(what, s.block.with(k.path, value), nil, most) {
		if problem := k.misplaced(diag); diag.Severity == tfprotov6.DiagnosticSeverityError && problem != "" {
			s.t.Errorf("%s: %s: %s at %s: %.500s", what, problem, diag.Summary, diag.Attribute, diag.Detail)
		}
	}
}

// mostErrors returns how many errors a value may cause: a missing part of a map or an
// object may be needed in several places.
func mostErrors(k knob, value any) int {
	const places = 3
	entries, isObject := value.(object)
	_, isMap := k.typ.(tftypes.Map)
	_, isGroup := k.typ.(tftypes.Object)
	if (isMap || isGroup) && (value == nil || isObject && len(entries) == 0) {
		return places
	}
	return 1
}

// checkClear fails unless an error is one that helps: short, printable and at an
// attribute of what was configured.
func (s *sweeper) checkClear(what string, diag *tfprotov6.Diagnostic) {
	s.t.Helper()
	text := diag.Summary + "\n" + diag.Detail
	hidden := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) })
	switch {
	case diag.Summary == bugSummary:
		s.t.Errorf("%s: a panic: %s", what, diag.Detail)
	case len(text) > longestDetail:
		s.t.Errorf("%s: an error of %d bytes: %.300s", what, len(text), text)
	case hidden >= 0:
		s.t.Errorf("%s: it has the character %q: %.300s", what, text[hidden:hidden+3], text)
	}
}

func hasError(diags []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

// turn gives an attribute each value, or some of them if another set tries them all.
func (s *sweeper) turn(k knob, base any, some bool) {
	s.t.Helper()
	for i, value := range sweepValues(k.typ, base) {
		isBase := value == nil && base == nil
		if !isBase && (!some && i%sweepShare() == 0 || i%sweepStep == 0) {
			s.tryOne(k, fmt.Sprintf("%s, value %d", k, i), value, mostErrors(k, value))
		}
	}
	if !some {
		s.tryOne(k, k.String()+", large", sweepLarge(k.typ, base), 1)
	}
}

// Each value of each attribute of the provider block, alone, gives at most one readable
// error, and never a panic.
func TestSweepProviderBlock(t *testing.T) {
	noEnvironment(t)
	schema := newPlugin(t).schema
	all := knobs(nil, schema.Provider.Block.Attributes)
	swept, tried := map[string]bool{}, 0
	bases := sweepBases(t)
	for _, name := range slices.Sorted(maps.Keys(bases)) {
		t.Run(name, func(t *testing.T) {
			tried += sweep(t, schema, bases[name], func(s *sweeper) {
				for _, k := range all {
					if base, held := s.block.at(k.path); held {
						s.turn(k, base, base == nil || swept[k.String()])
						swept[k.String()] = swept[k.String()] || base != nil
					}
				}
			})
		})
	}
	for _, k := range all {
		if !swept[k.String()] {
			t.Errorf("no base has %s", k)
		}
	}
	if tried < 1_200/sweepShare() {
		t.Errorf("only %d blocks were tried", tried)
	}
}

// Two attributes with other values give at most one error each.
func TestSweepPairs(t *testing.T) {
	noEnvironment(t)
	samples := 30 / sweepShare() // of each base; all pairs would be millions
	schema := newPlugin(t).schema
	all := knobs(nil, schema.Provider.Block.Attributes)
	for name, block := range sweepBases(t) {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, uint64(len(name)))) //nolint:gosec // the same pairs each time
			sweep(t, schema, block, func(s *sweeper) {
				held := slices.DeleteFunc(slices.Clone(all), func(k knob) bool { _, ok := s.block.at(k.path); return !ok })
				for range samples {
					changed, what, most := s.block, "", 0
					for range 2 {
						k := held[random.IntN(len(held))]
						base, _ := s.block.at(k.path)
						values := sweepValues(k.typ, base)
						i := random.IntN(len(values))
						changed, most = changed.with(k.path, values[i]), most+mostErrors(k, values[i])
						what += fmt.Sprintf("%s, value %d; ", k, i)
					}
					s.try(what, changed, nil, most)
				}
			})
		})
	}
}

// Each value of each input of a reference, alone and with another, gives readable errors.
func TestSweepInputs(t *testing.T) {
	noEnvironment(t)
	schema := newPlugin(t).schema
	bases := sweepBases(t)
	for _, name := range serviceNames() {
		t.Run(name, func(t *testing.T) {
			sweep(t, schema, bases[name], func(s *sweeper) {
				for _, of := range []*tfprotov6.Schema{schema.DataSourceSchemas["apitoken_"+name], schema.EphemeralResourceSchemas["apitoken_"+name]} {
					found := knobs(nil, of.Block.Attributes)
					for _, k := range found {
						for i, value := range sampled(append(sweepValues(k.typ, "20m"), sweepLarge(k.typ, nil))) {
							inputs := object{k.path[0]: value}
							s.tryInputs(of, fmt.Sprintf("%s, value %d", k, i), inputs, 1)
							other := found[(i+s.tried)%len(found)]
							values := sweepValues(other.typ, "20m")
							s.tryInputs(of, fmt.Sprintf("%s, value %d, with %s", k, i, other), inputs.with(other.path, values[s.tried%len(values)]), 2)
						}
					}
				}
			})
		})
	}
}

// tryInputs gives inputs to the data source or the ephemeral resource of a schema.
func (s *sweeper) tryInputs(of *tfprotov6.Schema, what string, inputs object, most int) {
	s.t.Helper()
	s.tried++
	k := ephemeralResource
	if of == s.schema.DataSourceSchemas["apitoken_"+s.service] {
		k = dataSource
	}
	_, diags := s.ask(s.t.Context(), k, s.service, inputs)
	for _, diag := range diags {
		s.checkClear(what, diag)
	}
	if len(diags) > max(most, 1) {
		s.t.Errorf("%s: %d errors:\n%.2000s", what, len(diags), say(diags))
	}
}

// Each value of each argument of a function gives a result or an error.
func TestSweepFunctions(t *testing.T) {
	p := newPlugin(t)
	for name, arguments := range map[string]int{"jwt_decode": 1, "basic_auth_header": 2} {
		for i := range arguments {
			for j, value := range sweepTexts("fake") {
				text, ok := value.(string)
				if !ok {
					continue // the CLIs call no function with null or an unknown value
				}
				given := slices.Repeat([]string{"fake"}, arguments)
				given[i] = text
				_, err := p.call(name, given...)
				if err != nil && (len(err.Text) > longestDetail || strings.Contains(err.Text, bugSummary)) {
					t.Errorf("%s, value %d: %.300s", name, j, err.Text)
				}
			}
		}
	}
}
