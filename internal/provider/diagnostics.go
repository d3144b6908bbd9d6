package provider

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// diagnose returns the one diagnostic of an error, at the attribute that causes
// it where there is one.
func diagnose(err error) diag.Diagnostic {
	var (
		credentials *credentialsError
		unknown     *service.UnknownError
		request     *token.Error
	)
	switch {
	case errors.As(err, &credentials):
		return diag.NewAttributeErrorDiagnostic(path.Root(credentialsInput), "No such credential set", credentials.Error())
	case errors.As(err, &unknown):
		return diag.NewErrorDiagnostic("Provider configuration is not known yet", explainUnknown(unknown))
	case errors.As(err, &request) && request.Kind == token.KindLifetime:
		return diag.NewAttributeErrorDiagnostic(path.Root(minRemainingInput), summary(request.Kind), request.Error())
	case errors.As(err, &request):
		return diag.NewErrorDiagnostic(summary(request.Kind), request.Error())
	default:
		return diag.NewErrorDiagnostic("No token", err.Error())
	}
}

func summary(kind token.Kind) string {
	switch kind {
	case token.KindURL:
		return "Token endpoint's URL cannot be used"
	case token.KindRefused:
		return "Token request refused"
	case token.KindWait:
		return "Token endpoint asks for a longer wait"
	case token.KindUnreachable:
		return "Token endpoint cannot be reached"
	case token.KindRedirect:
		return "Token endpoint redirects to elsewhere"
	case token.KindAnswer:
		return "No token in the answer"
	case token.KindLifetime:
		return "Token does not live long enough"
	case token.KindCancelled:
		return "Token request interrupted"
	default:
		return "No token"
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
	return what + " cannot be known before apply: it comes from something that apply has still to create or read. " +
		"The token is needed now.\n\n" +
		"Do one of these: give the value by a variable, or by a data source or ephemeral resource that can be read at plan; " +
		"create what it comes from first, with -target; or, in an ephemeral resource, set open_after to a value that is known " +
		"at the same time, which puts the token off until apply."
}
