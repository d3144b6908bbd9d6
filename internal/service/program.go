package service

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// programAttribute returns the attribute for a program. prints says in a sentence what its
// output is.
func programAttribute(prints string) provider.Attribute {
	return provider.ListAttribute{
		Optional: true, ElementType: types.StringType,
		MarkdownDescription: "A program and its arguments. " + prints + " There is no shell: each argument is an element of its own, such as " +
			"`[\"gcloud\", \"auth\", \"print-access-token\"]`. It gets the environment of Terraform, but no input and no terminal, and is ended after " +
			"`transport.timeout`. Other users of the machine may see its arguments, so put no secret there.",
		Validators: []validator.List{programArguments()},
	}
}

// programArguments returns a validator of a program and its arguments. Its errors do not
// quote them.
func programArguments() validator.List {
	return listCheck{"a program and its arguments", func(req validator.ListRequest, resp *validator.ListResponse) {
		elements := req.ConfigValue.Elements()
		if len(elements) == 0 {
			resp.Diagnostics.Append(errorAt(req.Path, emptyValue, unusable+"it is empty. It needs at least the program."))
		}
		for i, element := range elements {
			text, _ := element.(types.String)
			if text.IsUnknown() {
				continue
			}
			if err := checkArgument(i, text); err != nil {
				resp.Diagnostics.Append(errorAt(req.Path.AtListIndex(i), "Program cannot be used", unusable+err.Error()+"."))
			}
		}
		warnOfArguments(&resp.Diagnostics, req.Path, req.ConfigValue, FilledNames())
	}}
}

// warnOfArguments warns of the first of the names in braces in the arguments of a program.
func warnOfArguments(diags *diag.Diagnostics, at path.Path, program attr.Value, names []string) {
	for _, text := range leaves(program) {
		for _, name := range names {
			if strings.Contains(text, "{"+name+"}") {
				diags.AddAttributeWarning(at, "Placeholder in an argument", fmt.Sprintf("%s: nothing is replaced in the arguments of a program, so it gets {%s} as written. "+
					"If braces are meant, ignore this warning.", where(at), name))
				return
			}
		}
	}
}

// checkArgument says why a text cannot be the element of a program's list with that index.
func checkArgument(i int, text types.String) error {
	value := text.ValueString()
	switch {
	case text.IsNull():
		return errors.New("it is null; leave the element out, for example with compact([…])")
	case strings.Contains(value, "\x00"):
		return fmt.Errorf("it contains %s. %s", named(0), removal(0))
	case i > 0:
		return nil
	case value == "":
		return errors.New("it is empty, and must be the program; if it comes from a variable, check that the variable has a value")
	default:
		if err := checkEdges(value, unicode.IsSpace); err != nil {
			return err
		}
		return checkInside(value, func(r rune) bool { return unicode.Is(unicode.Zs, r) })
	}
}

// argumentEntries returns what may be secret of the arguments of a program, each named after
// the option that it belongs to. The name of the program is public.
func argumentEntries(program []string) said.Book {
	var found said.Book
	option := ""
	for i, argument := range program {
		if i == 0 {
			found = append(found, said.Entry{Name: "program", Value: said.NewSecret(argument), Public: true, Own: true})
			continue
		}
		name, value, isOption := option, argument, strings.HasPrefix(argument, "-")
		if isOption {
			name, value, _ = strings.Cut(strings.TrimLeft(argument, "-"), "=")
		}
		if option = ""; isOption && value == "" {
			option = name
			continue
		}
		found = append(found, said.ArgumentEntries(name, said.NewSecret(value))...)
	}
	return found
}
