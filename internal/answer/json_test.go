package answer

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// JMESPath can make numbers that JSON does not have.
func TestTextOfNoNumber(t *testing.T) {
	t.Parallel()
	for _, found := range []any{math.NaN(), math.Inf(1), []any{math.NaN()}, ambiguous{}, []any{ambiguous{}}, excessive{}, nil} {
		if text, ok := (Value{found}).Text(); ok || !text.IsEmpty() {
			t.Errorf("%v is a text", found)
		}
	}
}

// Values that JSON cannot write have a name.
func TestKindOfNoJSON(t *testing.T) {
	t.Parallel()
	for want, found := range map[string]any{
		"what is not a number (NaN)": math.NaN(), "an infinite number": math.Inf(-1), "a key twice": ambiguous{}, "a header twice, with different values,": ambiguous{inHeaders: true}, "a result that is too large": excessive{},
		"an expression (&) and not a value":                               func() {},
		"a list that is not valid JSON, such as one with a key twice,":    []any{ambiguous{}},
		"an object that is not valid JSON, such as one with a key twice,": map[string]any{"a": map[string]any{"b": ambiguous{}}},
		"a number": 1.5, "nothing": nil,
	} {
		if got := (Value{found}).Kind(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// A value that is not a time or a lifetime is named.
func TestTimeOfOtherValues(t *testing.T) {
	t.Parallel()
	for want, found := range map[Problem]any{
		"comes twice, with different values,": ambiguous{}, "is a result that is too large": excessive{}, "is not a number": math.NaN(),
	} {
		_, noTime := Value{found}.Time()
		_, noLifetime := Value{found}.Lifetime(time.Second)
		if noTime != want || noLifetime != want {
			t.Errorf("it says %q and %q, want %q", noTime, noLifetime, want)
		}
	}
}

func TestDecodeBody(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]any{
		`{"a":1.50}`: map[string]any{"a": json.Number("1.50")}, "\t\"x\"\n": "x", "null": nil, "[]": []any{}, ")]}'\n[1]": []any{json.Number("1")},
		"a=1&b=x%20y": map[string]any{"a": "1", "b": "x y"}, "a=&b=": map[string]any{"a": "", "b": ""}, "a=1&a=1": map[string]any{"a": "1"},
		"a=1&a=2&b=3": map[string]any{"a": ambiguous{}, "b": "3"}, `{"a":1,"a":1}`: map[string]any{"a": json.Number("1")},
		`{"a":1,"a":2,"a":1}`: map[string]any{"a": ambiguous{}}, `{"a":{"b":1,"b":2},"c":3}`: map[string]any{"a": map[string]any{"b": ambiguous{}}, "c": json.Number("3")},
	} {
		if got, err := decodeBody(body); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, %v", body, got, err)
		}
	}
	for body, want := range map[string]JSONError{
		"": errBroken, "{": errBroken, "[1,]": errBroken, "{}{}": errTooMany, "1 2": errTooMany, "<a/>": errBroken, "a": errBroken, "a=1 b=2": errBroken,
		"a=%zz": errBroken, "abc==": errBroken, "YWJjZA=": errBroken, "=a": errBroken, "callback({})": errBroken, "{'a':1}": errBroken, "NaN": errBroken, "+1": errBroken,
		strings.Repeat("[", 101) + strings.Repeat("]", 101): "", strings.Repeat("[", 102) + strings.Repeat("]", 102): errTooDeep,
		strings.Repeat(`{"a":`, 100_000): errTooDeep,
	} {
		if _, err := decodeBody(body); (err != nil || want != "") && !errors.Is(err, want) {
			t.Errorf("%.40s: %v, want %v", body, err, want)
		}
	}
}

func TestValueTypes(t *testing.T) {
	t.Parallel()
	a := reading(t, `{"t":" tok ","n":7,"b":true,"o":{},"l":[1],"e":"","d":1,"d":2,"x":null}`)
	for path, want := range map[string]struct {
		kind, token               string
		isTrue, isNothing, isNull bool
	}{
		"t": {kind: "a string", token: "tok"}, "n": {kind: "a number"}, "b": {kind: "a boolean", isTrue: true}, "o": {kind: "an object"}, "l": {kind: "a list"},
		"e": {kind: "an empty string"}, "d": {kind: "a key twice"}, "x": {kind: "nothing", isNothing: true, isNull: true}, "y": {kind: "nothing", isNothing: true},
		"y.x": {kind: "nothing", isNothing: true}, "o.x": {kind: "nothing", isNothing: true}, "header:None": {kind: "nothing", isNothing: true},
		"@.x": {kind: "nothing", isNothing: true, isNull: true}, "merge(@, @).x": {kind: "nothing", isNothing: true}, "n + n": {kind: "a number"}, "l[7]": {kind: "nothing", isNothing: true}, "d.x": {kind: "a key twice"},
	} {
		v := a.At(MustPath(path))
		if v.Kind() != want.kind || v.Token().Reveal() != want.token || v.IsTrue() != want.isTrue || v.IsNothing() != want.isNothing || a.IsNull(MustPath(path)) != want.isNull {
			t.Errorf("%s is %s, token %q, true %t, nothing %t, null %t", path, v.Kind(), v.Token().Reveal(), v.IsTrue(), v.IsNothing(), a.IsNull(MustPath(path)))
		}
	}
	if lifetime, problem := a.At(MustPath("n")).Lifetime(time.Minute); lifetime != 7*time.Minute || problem != "" {
		t.Errorf("a lifetime of %s, %s", lifetime, problem)
	}
}

// FuzzJSON accepts what the standard library accepts, and reads the same.
func FuzzJSON(f *testing.F) {
	f.Add([]byte{}, `{"a":[1.50,"\ud800",{"b":null}],"a":2}`)
	for i := range 32 {
		seed := make([]byte, 0, 64)
		for j := range 64 {
			seed = append(seed, byte((i*29+j*j*13+j)%256))
		}
		f.Add(seed, "")
	}
	f.Fuzz(func(t *testing.T, choices []byte, body string) {
		if len(choices) > 0 {
			body = (&grammar{choices: choices}).value(0)
		}
		got, isTwice, err := decodeJSON([]byte(body))
		if json.Valid([]byte(body)) != (err == nil) && !errors.Is(err, errTooDeep) {
			t.Fatalf("%q: %v", body, err)
		}
		if err != nil || isTwice {
			return
		}
		var want any
		decoder := json.NewDecoder(strings.NewReader(body))
		decoder.UseNumber()
		if err := decoder.Decode(&want); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q is read as %v, want %v (%v)", body, got, want, err)
		}
	})
}
