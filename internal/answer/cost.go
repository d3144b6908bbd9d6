package answer

import (
	"errors"
	"math/bits"
	"strings"
	"unicode/utf8"
)

const (
	mostWork   = 1 << 22 // how many elements one path may look at or make: those of an answer of 1 MiB, several times
	textUnit   = 16      // how many bytes of a text count as one element
	sortFactor = 5       // about how often sorting looks at each element
)

// errExcessive says that a path looks at or makes too much.
var errExcessive = errors.New("the path makes too much of the response")

// work counts what a path is about to look at and to make. An answer has up to 1 MiB,
// and a few characters of JMESPath can multiply that.
type work struct{ left int }

func newWork() *work { return &work{mostWork} }

// spend counts elements. After the first error, it returns only errors.
func (w *work) spend(elements int) error {
	if w.left < 0 || elements > w.left {
		w.left = -1
		return errExcessive
	}
	w.left -= elements
	return nil
}

// weigh returns how many elements a value counts as, not including those within its
// elements.
func weigh(value any) int {
	switch value := value.(type) {
	case []any:
		weight := 1
		for _, element := range value {
			weight++
			if text, ok := element.(string); ok {
				weight += len(text) / textUnit
			}
		}
		return weight
	case map[string]any:
		return 1 + 4*len(value) // an entry of a map is larger than one of a list
	case string:
		return 1 + len(value)/textUnit
	default:
		return 1
	}
}

// each counts an expression of some size that is evaluated for each part of a value.
func (w *work) each(value any, size int) error {
	switch value := value.(type) {
	case []any:
		return w.times(1+len(value), size)
	case map[string]any:
		return w.times(1+4*len(value), size)
	default:
		return w.spend(size)
	}
}

// times counts a product.
func (w *work) times(a, b int) error {
	over, product := bits.Mul64(uint64(max(a, 0)), uint64(max(b, 0))) // #nosec G115 -- neither is negative
	if over != 0 || product > mostWork {
		return w.spend(mostWork + 1)
	}
	return w.spend(int(product)) // #nosec G115 -- it is mostWork at most
}

// flatten counts the elements of the lists in a list.
func (w *work) flatten(value any) error {
	list, _ := value.([]any)
	for _, element := range list {
		inner, _ := element.([]any)
		if err := w.spend(1 + len(inner)); err != nil {
			return err
		}
	}
	return w.spend(1)
}

// deep counts a value with everything in it.
func (w *work) deep(value any) error {
	if err := w.spend(weigh(value)); err != nil {
		return err
	}
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			if err := w.deep(element); err != nil {
				return err
			}
		}
	case map[string]any:
		for name, element := range value {
			if err := w.spend(len(name) / textUnit); err != nil {
				return err
			}
			if err := w.deep(element); err != nil {
				return err
			}
		}
	}
	return nil
}

// before counts what a function is about to look at and to make.
func (w *work) before(name string, arguments []any) error {
	for _, argument := range arguments {
		if err := w.spend(weigh(argument)); err != nil {
			return err
		}
	}
	switch name {
	case "to_string":
		return w.deep(arguments)
	case "sort":
		return w.times(sortFactor, weigh(first(arguments)))
	case "zip":
		return w.times(len(arguments), weigh(first(arguments)))
	case "join", "replace", "split":
		return w.texts(name, arguments)
	case "pad_left", "pad_right":
		if len(arguments) > 1 {
			width, _ := calculable(arguments[1]).(float64)
			return w.spend(int(max(0, min(width, textUnit*mostWork)) / textUnit))
		}
	}
	return nil
}

// texts counts what a function makes of texts.
func (w *work) texts(name string, arguments []any) error {
	text := func(i int) string {
		s, _ := first(arguments[min(i, len(arguments)):]).(string)
		return s
	}
	switch name {
	case "join":
		list, _ := arguments[len(arguments)-1].([]any)
		return w.times(len(list), len(text(0))/textUnit+1)
	case "split":
		if text(1) == "" {
			return w.spend(utf8.RuneCountInString(text(0)))
		}
		return w.spend(strings.Count(text(0), text(1)))
	default: // replace
		return w.times(strings.Count(text(0), text(1)), len(text(2))/textUnit+1)
	}
}
