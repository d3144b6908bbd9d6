// Package service describes the services whose tokens the provider hands on:
// what users set for each, and the token exchange that makes.
package service

import (
	"fmt"
	"strings"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// RevokeInput is the input of an ephemeral resource that has its token revoked.
const RevokeInput = "revoke_on_close"

// Service is one kind of token endpoint.
type Service struct {
	// Name is the attribute of the provider block and, behind "apitoken_", the
	// name of the data source and of the ephemeral resource.
	Name string
	// Title is the service's own name, for texts.
	Title string
	// Set are the attributes of a credential set in the provider block.
	Set map[string]provider.Attribute
	// Rule is what must hold between the attributes of a set.
	Rule validator.Object
	// Needed are the attributes of a simple set, as an error shows it.
	Needed []string
	// Environment is set where the environment can give a set: the attributes in
	// Needed, and token_url, as variables.
	Environment bool
	// Inputs are the inputs that only this service's tokens have. One that is
	// set replaces the credential set's attribute of the same name.
	Inputs map[string]datasource.Attribute
	// Outputs are the outputs that only this service's tokens have: a string, a
	// whole number, each under its name in the exchange's fields, or the map of its outputs.
	Outputs map[string]datasource.Attribute
	// Revocable is set where tokens can be revoked when an ephemeral resource closes.
	Revocable bool
	// exchange returns the exchange of known, valid values.
	exchange func(values) token.Exchange
}

// All returns every service, sorted by name.
func All() []Service {
	return []Service{
		custom(),
		emporix(),
		emtech(),
		epgl(),
		oauth2(),
	}
}

// Exchange returns the exchange for the credential set called name, with the
// inputs of one data source or ephemeral resource. Its error is *UnknownError.
func (s Service) Exchange(name string, set, inputs types.Object) (*token.Exchange, error) {
	v := newValues(set, inputs, s.Inputs)
	if unknown := v.unknown(); len(unknown) > 0 {
		return nil, &UnknownError{Service: s.Name, Credentials: name, Attributes: unknown}
	}
	x := s.exchange(v)
	x.Service, x.Credentials, x.Secrets = s.Name, name, v.secrets(s.Set)
	if !values(inputs.Attributes()).flag(RevokeInput) {
		x.Revoke = nil
	}
	return &x, nil
}

// Variable returns the environment variable that stands for an attribute of
// the credential set "default".
func (s Service) Variable(attribute string) string {
	return strings.ToUpper(s.Name + "_" + attribute)
}

// UnknownError says which values of a credential set are not known yet.
type UnknownError struct {
	Service, Credentials string
	// Attributes are their names, sorted.
	Attributes []string
}

// Error names the values.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("%s of the %s credential set %q not known yet",
		strings.Join(e.Attributes, ", "), e.Service, e.Credentials)
}
