package provider_test

import (
	"maps"
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// object is a block's attributes, or an object or map in them: strings, bools,
// numbers, lists of strings, objects, nil or unknown.
type object map[string]any

// unknown is a value that is not known yet.
type unknown struct{}

func (o object) and(more object) object {
	all := maps.Clone(o)
	maps.Copy(all, more)
	return all
}

// valueOf returns o as a value of the type, in which missing attributes are null.
func valueOf(tb testing.TB, typ tftypes.Type, o any) tftypes.Value {
	tb.Helper()
	switch o := o.(type) {
	case nil:
		return tftypes.NewValue(typ, nil)
	case unknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	case int:
		return tftypes.NewValue(typ, big.NewFloat(float64(o)))
	case float64:
		return tftypes.NewValue(typ, big.NewFloat(o))
	case []string:
		elements := make([]any, len(o))
		for i, element := range o {
			elements[i] = element
		}
		return valueOf(tb, typ, elements)
	case []any:
		values := make([]tftypes.Value, len(o))
		for i := range o {
			values[i] = valueOf(tb, elementOf(tb, typ), o[i])
		}
		return tftypes.NewValue(typ, values)
	case object:
		return objectOf(tb, typ, o)
	default:
		return tftypes.NewValue(typ, o)
	}
}

// elementOf returns the type of the elements of a list or set.
func elementOf(tb testing.TB, typ tftypes.Type) tftypes.Type {
	tb.Helper()
	switch typ := typ.(type) {
	case tftypes.Set:
		return typ.ElementType
	case tftypes.List:
		return typ.ElementType
	default:
		tb.Fatalf("%s has no elements", typ)
		return nil
	}
}

func objectOf(tb testing.TB, typ tftypes.Type, o object) tftypes.Value {
	tb.Helper()
	values := map[string]tftypes.Value{}
	switch typ := typ.(type) {
	case tftypes.Object:
		for name, attributeType := range typ.AttributeTypes {
			values[name] = valueOf(tb, attributeType, o[name])
		}
	case tftypes.Map:
		for name, element := range o {
			values[name] = valueOf(tb, typ.ElementType, element)
		}
	}
	for name := range o {
		if _, ok := values[name]; !ok {
			tb.Fatalf("the schema has no attribute %q", name)
		}
	}
	return tftypes.NewValue(typ, values)
}
