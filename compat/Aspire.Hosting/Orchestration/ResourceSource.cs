using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

internal static class ResourceSource
{
    /// <summary>What a resource is made from, for display.</summary>
    public static string? Of(IResource resource) => resource switch
    {
        ProjectResource => Path.GetFileName(resource.LastAnnotation<IProjectMetadata>()?.ProjectPath),
        ExecutableResource executable => executable.Command,
        ContainerResource when resource.LastAnnotation<ContainerImageAnnotation>() is { } image =>
            $"{(image.Registry is null ? "" : image.Registry + "/")}{image.Image}:{image.Tag}",
        _ => null,
    };
}
