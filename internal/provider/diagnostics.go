package provider

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/apitoken/terraform-provider-apitoken/internal/diagnostic"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// bugSummary is the summary of an error that is a bug of the provider.
const bugSummary = "Unexpected error in the provider"

// diagnose turns an error about a set into one diagnostic, at the attribute that
// causes it if there is one.
func diagnose(err error, set diagnostic.Set) diag.Diagnostic {
	var (
		credentials *credentialsError
		variable    *variableError
		unknown     *service.UnknownError
		problem     *service.RuleError
		request     *token.Error
		other       *otherError
	)
	switch {
	case errors.As(err, &credentials):
		return diag.NewAttributeErrorDiagnostic(path.Root(credentialsInput), "No such credential set", credentials.Error())
	case errors.As(err, &variable):
		return diag.NewErrorDiagnostic("Environment variable cannot be used", variable.Error())
	case errors.As(err, &unknown):
		return diag.NewErrorDiagnostic("Provider configuration is not known yet", explainUnknown(unknown))
	case errors.As(err, &problem):
		return diag.NewAttributeErrorDiagnostic(path.Root(problem.Attribute), problem.Summary, problem.Detail)
	case errors.As(err, &other):
		return diag.NewErrorDiagnostic(other.summary, other.detail)
	case errors.As(err, &request):
		return diagnostic.Of(request, set)
	default:
		// The text is not shown: that of an unexpected error may hold anything.
		return diag.NewErrorDiagnostic("No token", "The provider met an unexpected error. Please report this as a bug, with what you did.")
	}
}

// explainUnknown says which values are not known yet and what to do.
func explainUnknown(e *service.UnknownError) string {
	where := "provider block"
	switch {
	case e.Service != "" && e.Credentials != "":
		where = fmt.Sprintf("credential set %q of %s in the provider block", e.Credentials, e.Service)
	case e.Service != "":
		where = fmt.Sprintf("credential sets of %s in the provider block", e.Service)
	}
	what := "The " + where
	if len(e.Attributes) > 0 {
		what = fmt.Sprintf("%s of the %s", strings.Join(e.Attributes, ", "), where)
	}
	return what + " cannot be known before apply: it comes from something that is created or read only during apply. " +
		"The token is needed now.\n\n" +
		"If it uses timestamp() or uuid(), which have no value before apply: use plantimestamp() instead of timestamp(), or, in a request of custom " +
		"or in claims of jwt, {time_rfc3339} or {uuid}.\n\n" +
		"Otherwise do one of these: take the value from a variable, or from a data source or ephemeral resource that can be read at plan; " +
		"first create what it comes from, with -target; or, in an ephemeral resource, set open_after to a value that is known " +
		"at the same time, which defers the token until apply."
}
