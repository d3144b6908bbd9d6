package provider_test

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// object is a block's attributes, or an object or map in them: strings, bools,
// numbers, lists of strings, objects, nil, expression or unknown. Tests
// on a CLI write it as HCL, tests on the plugin server send it as a value.
type object map[string]any

// expression is HCL that is written as it is.
type expression string

// unknown is a value that is not known yet.
type unknown struct{}

func (o object) and(more object) object {
	all := maps.Clone(o)
	maps.Copy(all, more)
	return all
}

// block returns a block of HCL, such as block(`provider "apitoken"`, …).
func block(header string, attributes object) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s {\n", header)
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		fmt.Fprintf(&b, "  %s = %s\n", name, hcl(attributes[name]))
	}
	b.WriteString("}\n")
	return b.String()
}

func providerBlock(attributes object) string { return block(`provider "apitoken"`, attributes) }

func dataBlock(service, name string, attributes object) string {
	return block(fmt.Sprintf("data %q %q", "apitoken_"+service, name), attributes)
}

func ephemeralBlock(service, name string, attributes object) string {
	return block(fmt.Sprintf("ephemeral %q %q", "apitoken_"+service, name), attributes)
}

// echo keeps an ephemeral value in the attribute data of echo.this.
func echo(value string) string {
	return block(`provider "echo"`, object{"data": expression(value)}) + block(`resource "echo" "this"`, nil)
}

func hcl(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case expression:
		return string(value)
	case string:
		return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(fmt.Sprintf("%q", value))
	case []string:
		quoted := make([]string, len(value))
		for i, element := range value {
			quoted[i] = hcl(element)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case object:
		var pairs []string
		for _, name := range slices.Sorted(maps.Keys(value)) {
			pairs = append(pairs, fmt.Sprintf("%q = %s", name, hcl(value[name])))
		}
		return "{ " + strings.Join(pairs, ", ") + " }"
	default:
		return fmt.Sprint(value)
	}
}

// valueOf returns o as a value of the type, in which missing attributes are null.
func valueOf(t *testing.T, typ tftypes.Type, o any) tftypes.Value {
	t.Helper()
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
		return valueOf(t, typ, elements)
	case []any:
		values := make([]tftypes.Value, len(o))
		for i := range o {
			values[i] = valueOf(t, elementOf(t, typ), o[i])
		}
		return tftypes.NewValue(typ, values)
	case object:
		return objectOf(t, typ, o)
	default:
		return tftypes.NewValue(typ, o)
	}
}

// elementOf returns the type of the elements of a list or set.
func elementOf(t *testing.T, typ tftypes.Type) tftypes.Type {
	t.Helper()
	switch typ := typ.(type) {
	case tftypes.Set:
		return typ.ElementType
	case tftypes.List:
		return typ.ElementType
	default:
		t.Fatalf("%s has no elements", typ)
		return nil
	}
}

func objectOf(t *testing.T, typ tftypes.Type, o object) tftypes.Value {
	t.Helper()
	values := map[string]tftypes.Value{}
	switch typ := typ.(type) {
	case tftypes.Object:
		for name, attributeType := range typ.AttributeTypes {
			values[name] = valueOf(t, attributeType, o[name])
		}
	case tftypes.Map:
		for name, element := range o {
			values[name] = valueOf(t, typ.ElementType, element)
		}
	}
	for name := range o {
		if _, ok := values[name]; !ok {
			t.Fatalf("the schema has no attribute %q", name)
		}
	}
	return tftypes.NewValue(typ, values)
}
