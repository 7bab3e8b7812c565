"""A programme's pool of jurors, below /admin/calls/programmes/<programme>/pool/."""

from django.urls import path

from scoring.views import workspace_pool, workspace_pool_import

app_name = "scoring_pool"
urlpatterns = [
    path("", workspace_pool.Pool.as_view(), name="pool"),
    path("new/", workspace_pool.PoolAdd.as_view(), name="add"),
    path("import/", workspace_pool_import.PoolImport.as_view(), name="import"),
    path("import/template.<slug:extension>", workspace_pool_import.PoolTemplate.as_view(), name="template"),
    path("<int:profile>/", workspace_pool.PoolProfile.as_view(), name="profile"),
]
