package answer

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// JSONError says what is wrong with JSON without quoting it.
type JSONError string

// Error says what is wrong.
func (p JSONError) Error() string { return string(p) }

// deepest is how deep JSON may be nested, in an answer and in a JWT.
const deepest = 100

// jsonDecoder returns a decoder that leaves numbers as they are written.
func jsonDecoder(text []byte) *json.Decoder {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder
}

// decodeOne decodes the one JSON value that there must be.
func decodeOne(decoder *json.Decoder, into any) error {
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return JSONError("there is more than one value")
	}
	return nil
}

// Decode decodes an answer's JSON. It refuses what JSON parsers disagree
// on: invalid UTF-8, and duplicate keys in an object.
func Decode(body []byte) (any, error) {
	if !utf8.Valid(body) {
		return nil, JSONError("it is not UTF-8")
	}
	if err := checkValue(jsonDecoder(body), 0); err != nil {
		return nil, err
	}
	var data any
	if err := decodeOne(jsonDecoder(body), &data); err != nil {
		return nil, err
	}
	return simplify(data), nil
}

// simplify turns numbers into float64, with which JMESPath calculates. Whole
// numbers that lose digits by that, and those out of range, stay as written.
func simplify(value any) any {
	const firstInexact = 1 << 53
	switch value := value.(type) {
	case json.Number:
		number, err := value.Float64()
		if isWhole := !strings.ContainsAny(value.String(), ".eE"); err != nil || isWhole && math.Abs(number) >= firstInexact {
			return value
		}
		return number
	case map[string]any:
		for name, element := range value {
			value[name] = simplify(element)
		}
	case []any:
		for i, element := range value {
			value[i] = simplify(element)
		}
	}
	return value
}

// IsTooLarge reports whether a value holds a number that does not fit into 64 bits.
func IsTooLarge(value any) bool {
	switch value := value.(type) {
	case json.Number:
		_, err := value.Int64()
		return err != nil
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(value)), IsTooLarge)
	case []any:
		return slices.ContainsFunc(value, IsTooLarge)
	default:
		return false
	}
}

// checkValue reads one JSON value token by token, and refuses duplicate keys and
// nesting that is too deep.
func checkValue(decoder *json.Decoder, depth int) error {
	if depth > deepest {
		return JSONError("it is nested too deep")
	}
	opening, err := decoder.Token()
	delimiter, isDelimiter := opening.(json.Delim)
	if err != nil || !isDelimiter {
		return err
	}
	keys := map[json.Token]bool{}
	for decoder.More() {
		if delimiter == '{' {
			key, problem := decoder.Token()
			if problem != nil {
				return problem
			}
			if keys[key] {
				return JSONError("an object has a key twice")
			}
			keys[key] = true
		}
		if problem := checkValue(decoder, depth+1); problem != nil {
			return problem
		}
	}
	_, err = decoder.Token()
	return err
}
