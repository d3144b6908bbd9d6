package answer

import (
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jmespath-community/go-jmespath/pkg/functions"
	"github.com/jmespath-community/go-jmespath/pkg/interpreter"
)

// library calls the functions of JMESPath.
var library = sync.OnceValue(func() interpreter.FunctionCaller {
	return interpreter.NewFunctionCaller(functions.GetDefaultFunctions()...)
})

// search evaluates one path in an answer. It calls the functions of the expression.
type search struct{ work *work }

// search returns what the path finds in decoded data, which it does not change. It
// returns no error, because one of JMESPath could quote the token. If the library
// panics, the path finds nothing.
func (p Path) search(data any) (found any) {
	if data == nil || p.expression == nil {
		return nil
	}
	s := &search{newWork()}
	defer func() {
		if recover() != nil {
			found = nil
		}
		if s.work.left < 0 {
			found = excessive{}
		}
	}()
	value, err := interpreter.NewInterpreter(data, s, nil).Execute(p.expression.ready, data)
	if err != nil {
		return nil
	}
	return value
}

// CallFunction implements interpreter.FunctionCaller.
func (s *search) CallFunction(name string, arguments []any) (any, error) {
	if strings.HasPrefix(name, "#") {
		weight, _ := arguments[1].(int)
		return s.callOwn(name, arguments[0], weight)
	}
	if err := s.work.before(name, arguments); err != nil {
		return nil, err
	}
	switch name {
	case "contains":
		return s.contains(arguments)
	case "sort_by":
		if list, ok := first(arguments).([]any); ok {
			arguments[0] = slices.Clone(list) // the library sorts in place
		}
	case "keys", "values", "items":
		if object, ok := first(arguments).(map[string]any); ok {
			return inOrder(name, object), nil
		}
	case "abs", "avg", "ceil", "floor", "sum", "max", "min", "sort", "to_number", "type", "find_first", "find_last",
		"replace", "split", "pad_left", "pad_right":
		for i, argument := range arguments {
			arguments[i] = calculable(argument)
		}
	}
	return library().CallFunction(name, arguments)
}

func (s *search) callOwn(name string, value any, weight int) (any, error) {
	switch name {
	case doFlatten:
		return value, s.work.flatten(value)
	case doNumber:
		return calculable(value), s.work.spend(weigh(value))
	case doSort:
		return calculable(value), s.work.spend(sortFactor * weigh(value))
	case doCompare:
		if err := s.work.deep(value); err != nil {
			return nil, err
		}
		return comparableForm(value), nil
	case doList:
		object, isObject := value.(map[string]any)
		if value = nil; isObject {
			value = inOrder("values", object)
		}
	}
	return value, s.work.each(value, weight)
}

func first(arguments []any) any {
	if len(arguments) == 0 {
		return nil
	}
	return arguments[0]
}

// contains replaces the library's function, which cannot compare lists.
func (s *search) contains(arguments []any) (any, error) {
	list, ok := arguments[0].([]any)
	if !ok {
		return library().CallFunction("contains", arguments)
	}
	if err := s.work.deep(list); err != nil {
		return nil, err
	}
	wanted := comparableForm(arguments[1])
	return slices.ContainsFunc(list, func(element any) bool { return reflect.DeepEqual(comparableForm(element), wanted) }), nil
}

// inOrder returns the keys, values or items of an object in the order of the keys. The
// library returns them in random order.
func inOrder(what string, object map[string]any) []any {
	list := make([]any, 0, len(object))
	for _, name := range slices.Sorted(maps.Keys(object)) {
		switch what {
		case "keys":
			list = append(list, name)
		case "values":
			list = append(list, object[name])
		default:
			list = append(list, []any{name, object[name]})
		}
	}
	return list
}

// calculable returns a number, or a list of numbers, in the type that the library
// calculates with. A number out of range stays as it is written.
func calculable(value any) any {
	switch value := value.(type) {
	case json.Number:
		if float, err := value.Float64(); err == nil {
			return float
		}
	case []any:
		list := make([]any, 0, len(value))
		for _, element := range value {
			if number, ok := element.(json.Number); ok {
				element = calculable(number)
			}
			list = append(list, element)
		}
		return list
	}
	return value
}

// comparableForm returns a value in which equal numbers are equal even if they are written
// differently. Whole numbers that a float64 cannot hold exactly stay as they are
// written, so that different ones stay different.
func comparableForm(value any) any {
	switch value := value.(type) {
	case json.Number:
		float, err := value.Float64()
		exact := math.Abs(float) < 1<<53 || strconv.FormatFloat(float, 'f', -1, 64) == value.String()
		if err == nil && exact {
			return float
		}
	case []any:
		list := make([]any, 0, len(value))
		for _, element := range value {
			list = append(list, comparableForm(element))
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(value))
		for name, element := range value {
			object[name] = comparableForm(element)
		}
		return object
	}
	return value
}
