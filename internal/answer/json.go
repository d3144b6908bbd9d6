package answer

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
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
