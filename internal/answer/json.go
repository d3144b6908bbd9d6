package answer

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
	"time"
)

// JSONError says what is wrong with a text without quoting it.
type JSONError string

// Error says what is wrong.
func (p JSONError) Error() string { return string(p) }

const (
	deepest = 100 // how deep JSON may be nested, in an answer and in a JWT

	errTooDeep JSONError = "it is nested too deep"
	errTooMany JSONError = "there is more than one value"
	errTwice   JSONError = "an object has a key twice"
	errBroken  JSONError = "it is not JSON"
	errNotUTF8 JSONError = "it is not UTF-8"
)

// ambiguous replaces the value of a key that an object has several times with different
// values: parsers disagree on which one counts (RFC 8259, section 4). The rest of the
// answer can be used. Headers are treated alike.
type ambiguous struct{ inHeaders bool }

// MarshalJSON returns an error, so that no output has an ambiguous value.
func (ambiguous) MarshalJSON() ([]byte, error) { return nil, errTwice }

// jsonReader reads JSON value by value. Numbers stay as they are written.
type jsonReader struct {
	decoder *json.Decoder
	twice   bool // an object had a key more than once
}

// decodeJSON decodes a text that is one JSON value, and reports whether an object in it
// has a key more than once.
func decodeJSON(text []byte) (value any, hasTwice bool, err error) {
	r := jsonReader{decoder: json.NewDecoder(bytes.NewReader(text))}
	r.decoder.UseNumber()
	if value, err = r.value(0); err != nil {
		if _, ok := errors.AsType[JSONError](err); !ok {
			err = errBroken // the library's error quotes the text
		}
		return nil, false, err
	}
	if _, err = r.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, false, errTooMany
	}
	return value, r.twice, nil
}

func (r *jsonReader) value(depth int) (any, error) {
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	delimiter, ok := token.(json.Delim)
	switch {
	case !ok:
		return token, nil
	case depth > deepest:
		return nil, errTooDeep
	case delimiter == '{':
		return r.object(depth)
	default:
		return r.list(depth)
	}
}

func (r *jsonReader) list(depth int) (any, error) {
	list := []any{}
	for r.decoder.More() {
		element, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, element)
	}
	_, err := r.decoder.Token()
	return list, err
}

func (r *jsonReader) object(depth int) (any, error) {
	object := map[string]any{}
	for r.decoder.More() {
		key, err := r.decoder.Token()
		if err != nil {
			return nil, err
		}
		value, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		if first, ok := object[name]; ok {
			r.twice = true
			if !reflect.DeepEqual(first, value) {
				value = ambiguous{}
			}
		}
		object[name] = value
	}
	_, err := r.decoder.Token()
	return object, err
}

// DecodeJWT returns the header and the claims of a signed JWT (RFC 7519,
// section 3) WITHOUT verifying the signature. Numbers are json.Number. The
// error says which part is wrong and never repeats any of it.
func DecodeJWT(raw string) (header, claims map[string]any, err error) {
	if dots := strings.Count(raw, "."); dots != 2 {
		return nil, nil, fmt.Errorf("a signed JWT has three parts separated by dots, this one has %d", dots+1)
	}
	parts := strings.Split(raw, ".")
	if header, err = decodeJWTPart("header", parts[0]); err != nil {
		return nil, nil, err
	}
	if claims, err = decodeJWTPart("claims", parts[1]); err != nil {
		return nil, nil, err
	}
	return header, claims, nil
}

func decodeJWTPart(name, part string) (map[string]any, error) {
	decoded, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return nil, errors.New("the JWT's " + name + " part is not base64url")
	}
	value, hasTwice, err := decodeJSON(decoded)
	problem, _ := errors.AsType[JSONError](err)
	if hasTwice {
		problem = errTwice // a JWT is refused whole (RFC 7519, section 4)
	}
	object, isObject := value.(map[string]any)
	switch {
	case problem == errTooDeep || problem == errTwice:
		return nil, errors.New("the JWT's " + name + " part cannot be used: " + problem.Error())
	case !isObject:
		return nil, errors.New("the JWT's " + name + " part is not a JSON object")
	}
	return object, nil
}

// JWTExpiry returns the exp claim (RFC 7519, section 4.1.4) of a token that
// happens to be a JWT; zero if it is not one or has no such claim. Some write the
// number as a text, or milliseconds, or a date, and some put a scheme such as Bearer
// before the token.
func JWTExpiry(raw string) time.Time {
	_, claims, err := DecodeJWT(raw[strings.LastIndex(raw, " ")+1:])
	if err != nil {
		return time.Time{}
	}
	if seconds, problem := parseNumber(claims["exp"]); problem == "" && seconds > 0 && seconds < earliestExpiry {
		return time.Unix(int64(math.Floor(seconds)), 0).UTC()
	}
	at, _ := parseTime(claims["exp"])
	return at.Truncate(time.Second)
}
